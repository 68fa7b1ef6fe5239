import { setTimeout as sleep } from "node:timers/promises";

export interface GiveWayOptions {
  signal?: AbortSignal | undefined;
  /** Called before each pause. */
  onPause?: () => void;
}

/** A request waits no longer for work in the background than this. */
const SLICE_MS = 10;
const MAX_PAUSE_MS = 1000;

/**
 * For long work that runs beside requests: a function to call between any two of its items, which lets others work as
 * long as this has worked. It throws when the signal is aborted.
 */
export function createGiveWay({ signal, onPause }: GiveWayOptions): () => Promise<void> {
  let resumedAt = performance.now();
  return async () => {
    signal?.throwIfAborted();
    const workedMs = performance.now() - resumedAt;
    if (workedMs < SLICE_MS) return;
    onPause?.();
    await sleep(Math.min(workedMs, MAX_PAUSE_MS), undefined, signal && { signal });
    resumedAt = performance.now();
  };
}
