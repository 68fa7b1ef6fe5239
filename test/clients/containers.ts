import { join } from "node:path";
import type { Workbench } from "./workbench.ts";

/** What podman, buildah and skopeo must be told for plain HTTP; a certificate they find in certs.d. */
export function tlsVerify({ isTls }: Workbench, side: "" | "src-" | "dest-" = ""): string[] {
  return isTls ? [] : [`--${side}tls-verify=false`];
}

/** vfs works in every sandbox, and the folders keep the machine's own images out of it. */
export function ownStorage({ home }: Workbench): string[] {
  return ["--root", join(home, "images"), "--runroot", join(home, "run"), "--storage-driver", "vfs"];
}
