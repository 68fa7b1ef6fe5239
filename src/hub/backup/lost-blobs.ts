import type { Digest } from "../../oci/digest.ts";

/** Blobs that are not there, or whose bytes are not what their digest says. */
export interface LostBlobs {
  count: number;
  /** The first of them, as a person reads them. */
  named: string[];
}

/** All are counted, some are named. */
const MAX_NAMED = 20;

export function addLost(lost: LostBlobs, digest: Digest, how: "missing" | "damaged"): void {
  lost.count += 1;
  if (lost.named.length < MAX_NAMED) lost.named.push(`${digest} is ${how}`);
}
