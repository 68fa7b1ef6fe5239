import { randomUUID } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { startTarget, type RunningTarget, type Target, type TargetKind } from "./target.ts";

/** This checkout, as a newcomer runs it: everything on, a password asked for. */
export const hub: TargetKind = {
  name: "hub",
  start: (folder) => startHubOn(folder, { name: "hub", login: newLogin() }),
};

export function newLogin(): Required<Target>["login"] {
  return { name: "admin", password: randomUUID() };
}

/** Starts the hub on a data folder. @param options.login as at the folder's first start */
export async function startHubOn(
  folder: string,
  { name, login }: { name: string; login: Required<Target>["login"] },
): Promise<RunningTarget> {
  await mkdir(folder, { recursive: true });
  const program = {
    command: process.execPath,
    // As npm start does: it becomes the hub, so that the process is the hub's.
    args: [join(ROOT, "bin/imagehub"), "serve"].concat(
      ["--listen", "127.0.0.1:0", "--listen-tls", "off"],
      ["--data", folder, "--log-level", "error"],
    ),
    env: { ...profiling(), IMAGEHUB_ADMIN_PASSWORD: login.password },
    log: join(folder, "bench.log"),
  };
  const target = await startTarget(name, program, () => urlIn(join(folder, "hub.json")));
  return { ...target, login };
}

const ROOT = join(import.meta.dirname, "../..");

async function urlIn(file: string): Promise<string | undefined> {
  try {
    const { url } = JSON.parse(await readFile(file, "utf8")) as { url: string };
    return url;
  } catch {
    return undefined;
  }
}

/** BENCH_CPU_PROFILE=FOLDER: the hub writes a profile there when it ends. */
function profiling(): Record<string, string> {
  const folder = process.env["BENCH_CPU_PROFILE"];
  return folder === undefined ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` };
}
