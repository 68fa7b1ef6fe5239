import assert from "node:assert/strict";
import { open, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { constants, PerformanceObserver, type PerformanceNodeEntry } from "node:perf_hooks";
import { test } from "node:test";
import { nodeFiles, openToRead } from "./files.ts";
import { countPassedChunks } from "./passed-chunks.ts";
import { streamOf } from "./read-stream.ts";

const CHUNK_BYTES = 65_536;
const CHUNKS = 2048;
/** 12 MiB: each sees some collections of young objects before another takes its place. */
const WAITING_CHUNKS = 192;

// 128 MiB pass, and a collection comes due each 4 MiB.
const COLLECTIONS = 31;

test("young objects are collected as chunks of a stream pass", async () => {
  const path = join(tmpdir(), `imagehub-passed-chunks-${crypto.randomUUID()}`);
  const file = await open(path, "w");
  // A hole: it takes no room on the disk.
  await file.truncate(CHUNKS * CHUNK_BYTES);
  await file.close();
  try {
    const forced = countForcedCollections();
    let bytes = 0;
    for await (const chunk of streamOf((await openToRead(nodeFiles, path)) ?? -1, { files: nodeFiles })) {
      bytes += (chunk as Buffer).length;
    }
    assert.equal(bytes, CHUNKS * CHUNK_BYTES);
    assert.ok((await forced()) >= COLLECTIONS);
  } finally {
    await unlink(path);
  }
});

test("chunks that grew old while they waited are collected too, before they pile up", async () => {
  const waiting: Buffer[] = [];
  const forced = countForcedCollections(constants.NODE_PERFORMANCE_GC_MAJOR);
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  for (let count = 0; count < 2 * CHUNKS; count++) {
    waiting[count % WAITING_CHUNKS] = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    countPassedChunks(CHUNK_BYTES, 2 * 1024 * 1024);
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }
  assert.ok((await forced()) > 2);
  assert.ok(most < 48 * 1024 * 1024, `${most} bytes`);
});

/** Counts collections of a kind that a program asked for. @returns a function that ends it and gives the number */
function countForcedCollections(
  counted: number = constants.NODE_PERFORMANCE_GC_MINOR,
): () => Promise<number> {
  let forced = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { kind, flags } = (entry as PerformanceNodeEntry).detail as { kind: number; flags: number };
      const isForced = (flags & constants.NODE_PERFORMANCE_GC_FLAGS_FORCED) !== 0;
      if (kind === counted && isForced) forced += 1;
    }
  });
  observer.observe({ entryTypes: ["gc"] });
  return async () => {
    for (let turn = 0; turn < 200; turn++) {
      await new Promise(setImmediate);
    }
    observer.disconnect();
    return forced;
  };
}
