import assert from "node:assert/strict";
import { test } from "node:test";
import { createPieceBuffers, type PieceBuffers } from "./s3-piece-buffers.ts";
import { createPieceWriter, type PieceWriter } from "./s3-piece-writer.ts";

const MEBIBYTE = 1024 * 1024;

/** A bucket that answers when it is told to. */
function heldBucket() {
  const waiting: { key: string; sizeBytes: number; answer: (error?: Error) => void }[] = [];
  return {
    waiting,
    put: (key: string, bytes: Uint8Array) =>
      new Promise<void>((resolve, reject) => {
        const answer = (error?: Error) => (error ? reject(error) : resolve());
        waiting.push({ key, sizeBytes: bytes.length, answer });
      }),
  };
}

function writerOn(
  buffers: PieceBuffers,
  put: (key: string, bytes: Uint8Array) => Promise<void>,
): PieceWriter {
  return createPieceWriter({ start: 0, buffers, newKey: String, put });
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
}

test("a piece that cannot be stored fails the writer, and its key is named, since it may be there all the same", async () => {
  const failure = new Error("refused");
  const writer = writerOn(createPieceBuffers(), () => Promise.reject(failure));
  await writer.write(Buffer.alloc(10));
  await assert.rejects(writer.end(), failure);
  assert.deepEqual(writer.keys, ["0"]);
});

test("pieces follow each other without a gap, whatever chunks they came in", async () => {
  const stored = new Map<string, Buffer>();
  const writer = writerOn(
    createPieceBuffers(),
    async (key, bytes) => void stored.set(key, Buffer.from(bytes)),
  );
  const chunks = [1, 65_535, 65_537, 3 * MEBIBYTE, 11 * MEBIBYTE, 7].map((size, index) =>
    Buffer.alloc(size, index),
  );
  for (const chunk of chunks) await writer.write(chunk);
  const pieces = await writer.end();
  assert.ok(pieces.length > 1);
  const bytes = pieces.map(({ key, sizeBytes }) => {
    assert.equal(stored.get(key)?.length, sizeBytes);
    return stored.get(key) ?? Buffer.alloc(0);
  });
  assert.ok(Buffer.concat(bytes).equals(Buffer.concat(chunks)));
});

test("while the bucket does not answer no more than the limit is taken, of all uploads together", async () => {
  const bucket = heldBucket();
  const buffers = createPieceBuffers({ limitBytes: 20 * MEBIBYTE, spillMs: 1_000_000 });
  let takenBytes = 0;
  const writers = Array.from({ length: 8 }, () => writerOn(buffers, bucket.put));
  const work = writers.map(async (writer) => {
    for (let count = 0; count < 12; count++) {
      await writer.write(Buffer.alloc(MEBIBYTE));
      takenBytes += MEBIBYTE;
    }
    await writer.end();
  });
  await turns();
  // What is on the way, and a first chunk that each has in its hand.
  assert.ok(takenBytes <= 20 * MEBIBYTE, `${takenBytes} bytes`);
  const answering = setInterval(() => bucket.waiting.splice(0).forEach(({ answer }) => answer()));
  await Promise.all(work);
  clearInterval(answering);
  assert.equal(takenBytes, 8 * 12 * MEBIBYTE);
});

test("clients that are slow do not keep the buffers: the oldest sends what it has, and a fast one goes on", async () => {
  const bucket = heldBucket();
  const buffers = createPieceBuffers({ limitBytes: 20 * MEBIBYTE, spillMs: 0 });
  const slow = Array.from({ length: 4 }, () => writerOn(buffers, bucket.put));
  for (const writer of slow) await writer.write(Buffer.alloc(100_000));
  const fast = writerOn(buffers, bucket.put);
  const written = fast.write(Buffer.alloc(100_000));
  while (bucket.waiting.length === 0) await new Promise(setImmediate);
  const [spilled] = bucket.waiting.splice(0);
  assert.equal(spilled?.sizeBytes, 100_000);
  spilled?.answer();
  await written;
  // It goes on where it was cut.
  const [oldest] = slow;
  const more = oldest?.write(Buffer.alloc(10));
  while (bucket.waiting.length === 0) await new Promise(setImmediate);
  bucket.waiting.splice(0).forEach(({ answer }) => answer());
  await more;
  const ended = oldest?.end();
  await turns();
  bucket.waiting.splice(0).forEach(({ answer }) => answer());
  assert.deepEqual(
    (await ended)?.map(({ start, sizeBytes }) => [start, sizeBytes]),
    [
      [0, 100_000],
      [100_000, 10],
    ],
  );
});
