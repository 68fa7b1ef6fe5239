import type { Digest } from "../../oci/digest.ts";
import type { CheckRun } from "./check-run.ts";

/** A blob as its row has it. */
export interface BlobRow {
  digest: Digest;
  size: number;
  state: "storing" | "live" | "deleting";
  created_at: number;
  grace_until: number;
}

/** What storage says of a blob. */
export type Verdict =
  | { kind: "whole" }
  | { kind: "blob-missing" }
  | { kind: "blob-damaged" }
  | { kind: "blob-unreadable"; reason: string }
  | { kind: "blob-not-ready"; sizeBytes: number }
  | { kind: "blob-size-wrong"; sizeBytes: number };

/** Compares a blob's bytes with its row. */
export async function judgeBlob(run: CheckRun, { digest, state, size }: BlobRow): Promise<Verdict> {
  // What is held is removed by a repair alone: this one was cut off.
  if (state === "deleting") return { kind: "blob-missing" };
  try {
    const stored = await run.storage.stat(digest);
    if (stored === undefined) return { kind: "blob-missing" };
    if (run.quick && state === "live" && stored === size) return { kind: "whole" };
    const hashed = await run.hasher.hash(digest);
    if (hashed === undefined) return { kind: "blob-missing" };
    if (hashed.digest !== digest) return { kind: "blob-damaged" };
    const { sizeBytes } = hashed;
    if (state === "storing") return { kind: "blob-not-ready", sizeBytes };
    return sizeBytes === size ? { kind: "whole" } : { kind: "blob-size-wrong", sizeBytes };
  } catch (error) {
    return { kind: "blob-unreadable", reason: error instanceof Error ? error.message : String(error) };
  }
}
