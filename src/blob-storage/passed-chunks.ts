import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

let passedBytes = 0;
let collect: NodeJS.GCFunction | undefined;

/**
 * Counts the bytes of chunks that pass through the process, and lets V8 free those that have passed.
 *
 * A chunk's bytes lie outside of V8's heap. V8 lets them pile up to 64 MiB, and then marks the whole heap to find the
 * few that are still needed: a dozen times in an upload of 512 MiB, for half of the processor time that it takes. But
 * chunks are young when they have passed, and a collection of young objects alone takes less than a millisecond.
 */
export function countPassedChunks(sizeBytes: number): void {
  passedBytes += sizeBytes;
  if (passedBytes >= COLLECT_BYTES) {
    passedBytes = 0;
    collect ??= findCollector();
    collect({ type: "minor" });
  }
}

function findCollector(): NodeJS.GCFunction {
  setFlagsFromString("--expose-gc");
  return globalThis.gc ?? (runInNewContext("gc") as NodeJS.GCFunction);
}

/** Twice what all uploads hold at once, so that few chunks live through a collection and grow old. */
const COLLECT_BYTES = 16 * 1024 * 1024;
