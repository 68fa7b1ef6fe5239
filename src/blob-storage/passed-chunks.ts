import { collectHeap } from "./heap.ts";

let passedBytes = 0;

/**
 * Counts the bytes of chunks that pass through the process, and lets V8 free those that have passed.
 *
 * A chunk's bytes lie outside of V8's heap. V8 lets them pile up, 64 MiB when there is room, and then marks the whole
 * heap to find the few that are still needed: dozens of times in an upload of 512 MiB, for half of the processor time
 * that it takes. But chunks are young when they have passed, and a collection of young objects alone is enough.
 * @param heldBytes what is held of such chunks at any time; few of them are to see two collections, and grow old
 */
export function countPassedChunks(sizeBytes: number, heldBytes: number): void {
  passedBytes += sizeBytes;
  if (passedBytes >= heldBytes * HELD_TO_PASSED) {
    passedBytes = 0;
    collectHeap("minor");
  }
}

/** Measured: at 1 the chunks grow old, at 4 V8 marks the heap after all. */
const HELD_TO_PASSED = 2;
