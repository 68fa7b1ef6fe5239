import { getHeapStatistics } from "node:v8";
import { collectHeap } from "./heap.ts";

let passedBytes = 0;
/** What lay outside of V8's heap after the last collection of all. */
let keptBytes = Infinity;

/**
 * Counts the bytes of chunks that pass through the process, and lets V8 free those that have passed.
 *
 * A chunk's bytes lie outside of V8's heap. V8 lets them pile up, 64 MiB when there is room, and then marks the whole
 * heap to find the few that are still needed: dozens of times in an upload of 512 MiB, for half of the processor time
 * that it takes. But chunks are young when they have passed, and a collection of young objects alone is enough.
 * Those that had to wait have grown old meanwhile, one in fifty: they are freed by a collection of all, now and then.
 * @param heldBytes what is held of such chunks at any time; few of them are to see two collections, and grow old
 */
export function countPassedChunks(sizeBytes: number, heldBytes: number): void {
  passedBytes += sizeBytes;
  if (passedBytes < heldBytes * HELD_TO_PASSED) return;
  passedBytes = 0;
  collectHeap("minor");
  const { external_memory: externalBytes, used_heap_size: heapBytes } = getHeapStatistics();
  keptBytes = Math.min(keptBytes, externalBytes);
  if (externalBytes - keptBytes > Math.max(MAX_OLD_BYTES, heapBytes * MAX_OLD_TO_HEAP)) {
    collectHeap("major");
    keptBytes = getHeapStatistics().external_memory;
  }
}

/** Measured: at 1 the chunks grow old, at 4 V8 marks the heap after all. */
const HELD_TO_PASSED = 2;

const MAX_OLD_BYTES = 16 * 1024 * 1024;
/** To mark a large heap takes long, and V8 does that itself beside other work. */
const MAX_OLD_TO_HEAP = 1 / 3;
