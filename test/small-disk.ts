import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";

export const SMALL_DISK_BYTES = 64 * 1024 * 1024;

/** Mounts a small disk on a folder, for tests that fill it; where that is not allowed, `skip` says why. */
export function mountSmallDisk(folder: string): { skip: string | false; unmount(): void } {
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${SMALL_DISK_BYTES}`, "tmpfs", folder], {
      stdio: "pipe",
    });
    return { skip: false, unmount: () => void execFileSync("umount", ["--lazy", folder]) };
  } catch (error) {
    const reason = (error as Error).message.split("\n").slice(0, 2).join(" ");
    return { skip: `no small disk can be mounted here: ${reason}`, unmount: () => undefined };
  }
}
