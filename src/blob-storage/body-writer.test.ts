import assert from "node:assert/strict";
import { test } from "node:test";
import { createBodyWriter } from "./body-writer.ts";
import { type Files, nodeFiles } from "./files.ts";

/** The descriptor of the fake. */
const FILE = 1000;
const CHUNK = Buffer.alloc(65_536);
const MEBIBYTE = 1024 * 1024;

test("a body in small chunks is written by few system calls, at the right positions", async () => {
  const file = fakeFile();
  const writer = createBodyWriter(FILE, {
    files: file.files,
    position: 100,
    share: { writers: 1, syncing: false },
  });
  for (let count = 0; count < 64; count++) {
    await writer.write(CHUNK);
  }
  assert.equal(await writer.end(), 100 + 4 * MEBIBYTE);
  assert.deepEqual(
    file.writes.map(({ position }) => position),
    [0, 1, 2, 3].map((count) => 100 + count * MEBIBYTE),
  );
});

test("while the disk is slow no more than 2 MiB are taken", async () => {
  const file = fakeFile({ slow: true });
  const writer = createBodyWriter(FILE, {
    files: file.files,
    position: 0,
    share: { writers: 1, syncing: false },
  });
  let takenBytes = 0;
  const taking = (async () => {
    for (let count = 0; count < 64; count++) {
      takenBytes += CHUNK.length;
      await writer.write(CHUNK);
    }
  })();
  await turns(200);
  assert.equal(takenBytes, 2 * MEBIBYTE);
  file.release();
  await taking;
  await writer.end();
});

test("the more uploads there are, the less each of them holds", async () => {
  for (const [writers, expectedBytes] of [
    [16, 1024 * 1024],
    [1000, 128 * 1024],
  ] as const) {
    const file = fakeFile({ slow: true });
    const writer = createBodyWriter(FILE, {
      files: file.files,
      position: 0,
      share: { writers, syncing: false },
    });
    let takenBytes = 0;
    const taking = (async () => {
      for (let count = 0; count < 32; count++) {
        takenBytes += CHUNK.length;
        await writer.write(CHUNK);
      }
    })();
    await turns(200);
    assert.equal(takenBytes, expectedBytes);
    file.release();
    await taking;
    await writer.end();
  }
});

test("a body of single bytes is not held as a million chunks", async () => {
  const file = fakeFile();
  const writer = createBodyWriter(FILE, {
    files: file.files,
    position: 0,
    share: { writers: 1, syncing: false },
  });
  const chunk = Buffer.alloc(1);
  for (let count = 0; count < 5000; count++) {
    await writer.write(chunk);
  }
  await writer.end();
  assert.ok(file.writes.every(({ chunks }) => chunks <= 1024));
});

test("big uploads go to disk as they grow, one at a time", async () => {
  const file = fakeFile();
  const share = { writers: 1, syncing: false };
  const writer = createBodyWriter(FILE, { files: file.files, position: 0, share });
  for (let count = 0; count < 100; count++) {
    await writer.write(Buffer.alloc(MEBIBYTE));
    await turns(5);
  }
  await writer.end();
  assert.equal(file.syncs(), 3);
  assert.equal(share.syncing, false);

  const other = createBodyWriter(FILE, {
    files: file.files,
    position: 0,
    share: { writers: 1, syncing: true },
  });
  for (let count = 0; count < 40; count++) {
    await other.write(Buffer.alloc(MEBIBYTE));
  }
  await other.end();
  assert.equal(file.syncs(), 3);
});

/** A file that remembers what was asked of it; a slow one answers when it is released. */
function fakeFile({ slow = false } = {}) {
  const writes: { position: number; chunks: number }[] = [];
  const released = Promise.withResolvers<void>();
  let syncs = 0;
  const files: Files = {
    ...nodeFiles,
    async writev(_file, chunks, position) {
      writes.push({ position, chunks: chunks.length });
      await (slow && released.promise);
      return { bytesWritten: chunks.reduce((sum, chunk) => sum + chunk.length, 0) };
    },
    async fdatasync() {
      syncs += 1;
    },
  };
  return { files, writes, release: () => released.resolve(), syncs: () => syncs };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) {
    await new Promise(setImmediate);
  }
}
