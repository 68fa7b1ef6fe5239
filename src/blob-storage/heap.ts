import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

let collector: NodeJS.GCFunction | undefined;

/**
 * Frees what nothing needs any more, now rather than when V8 would: `minor` looks at young objects alone, which takes
 * less than a millisecond; `major` at all, some tens of milliseconds.
 */
export function collectHeap(type: "minor" | "major"): void {
  collector ??= findCollector();
  collector({ type });
}

/** Frees all that can be freed, and gives the room back to the system: some 50 ms for a heap of 50 MiB. */
export function shrinkHeap(): void {
  collector ??= findCollector();
  collector({ type: "major", flavor: "last-resort" });
}

function findCollector(): NodeJS.GCFunction {
  setFlagsFromString("--expose-gc");
  return globalThis.gc ?? (runInNewContext("gc") as NodeJS.GCFunction);
}
