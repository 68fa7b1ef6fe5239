import { setTimeout as sleep } from "node:timers/promises";

/** A request waits no longer than this for what goes on beside it. */
const SLICE_MS = 5;
const MAX_PAUSE_MS = 1000;

/** @returns what to await between any two steps: it pauses, after some work, for as long as the work took */
export function createPace(): () => Promise<void> {
  let resumedAt = performance.now();
  return async () => {
    const workedMs = performance.now() - resumedAt;
    if (workedMs < SLICE_MS) return;
    await sleep(Math.min(workedMs, MAX_PAUSE_MS));
    resumedAt = performance.now();
  };
}
