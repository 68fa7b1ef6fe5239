import assert from "node:assert/strict";
import { constants, PerformanceObserver, type PerformanceNodeEntry } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";
import { test } from "node:test";
import { countParsedText } from "./parsed-text.ts";

const PAGE = 60_000;

test("the whole heap is collected each 48 Mi of text, and not for less", async () => {
  const collections = countMajorCollections();
  for (let read = 0; read < 45 * 1024 * 1024; read += PAGE) countParsedText(PAGE);
  assert.equal(await collections(), 0);
  for (let read = 0; read < 4 * 1024 * 1024; read += PAGE) countParsedText(PAGE);
  assert.equal(await collections(), 1);
});

/** Collections of the whole heap that a program asked for. */
function countMajorCollections(): () => Promise<number> {
  let count = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { detail } of list.getEntries() as PerformanceNodeEntry[]) {
      const { kind, flags } = detail as { kind: number; flags: number };
      const isForced = (flags & constants.NODE_PERFORMANCE_GC_FLAGS_FORCED) !== 0;
      if (isForced && kind === constants.NODE_PERFORMANCE_GC_MAJOR) count += 1;
    }
  });
  observer.observe({ entryTypes: ["gc"] });
  return async () => {
    // The observer is told some turns later.
    for (let turn = 0; turn < 50; turn++) await setImmediate();
    return count;
  };
}
