import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { createBodyWriter, type WriterShare } from "./body-writer.ts";
import { type Files, nodeFiles } from "./files.ts";
import { createWriteBuffers } from "./write-buffers.ts";

/** The descriptor of the fake. */
const FILE = 1000;
const CHUNK = Buffer.alloc(65_536);
const MEBIBYTE = 1024 * 1024;

test("a body in small chunks is written by few system calls, at the right positions", async () => {
  const file = fakeFile();
  const writer = createBodyWriter(FILE, {
    files: file.files,
    position: 100,
    share: newShare(),
  });
  for (let count = 0; count < 64; count++) {
    await writer.write(CHUNK);
  }
  assert.equal(await writer.end(), 100 + 4 * MEBIBYTE);
  assert.deepEqual(
    file.writes.map(({ position }) => position),
    Array.from({ length: 16 }, (_, count) => 100 + count * (MEBIBYTE / 4)),
  );
});

test("while the disk is slow no more than 512 KiB are taken", async () => {
  const file = fakeFile({ slow: true });
  const writer = createBodyWriter(FILE, {
    files: file.files,
    position: 0,
    share: newShare(),
  });
  let takenBytes = 0;
  const taking = (async () => {
    for (let count = 0; count < 64; count++) {
      takenBytes += CHUNK.length;
      await writer.write(CHUNK);
    }
  })();
  await turns(200);
  assert.equal(takenBytes, MEBIBYTE / 2);
  file.release();
  await taking;
  await writer.end();
});

test("the more uploads there are, the less each of them holds", async () => {
  for (const [writers, expectedBytes] of [
    [64, 256 * 1024],
    [1000, 128 * 1024],
  ] as const) {
    const file = fakeFile({ slow: true });
    const writer = createBodyWriter(FILE, {
      files: file.files,
      position: 0,
      share: newShare({ writers }),
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

test("what is gathered in buffers is written as it came, whatever the sizes of chunks", async () => {
  const file = fakeFile();
  const sent: Buffer[] = [];
  const writer = createBodyWriter(FILE, {
    files: file.files,
    position: 7,
    share: newShare({ writers: 100 }),
  });
  for (const sizeBytes of [1, 65_535, 1, 30_000, 200_000, 64, 65_536, 65_537, 3]) {
    const chunk = randomBytes(sizeBytes);
    sent.push(chunk);
    await writer.write(chunk);
  }
  const bytes = Buffer.concat(sent);
  assert.equal(await writer.end(), 7 + bytes.length);
  assert.deepEqual(file.content().subarray(7), bytes);
});

test("a body of single bytes is not held as a million chunks", async () => {
  const file = fakeFile();
  const writer = createBodyWriter(FILE, {
    files: file.files,
    position: 0,
    share: newShare(),
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
  const share = newShare();
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
    share: newShare({ syncing: true }),
  });
  for (let count = 0; count < 40; count++) {
    await other.write(Buffer.alloc(MEBIBYTE));
  }
  await other.end();
  assert.equal(file.syncs(), 3);
});

function newShare(share: Partial<WriterShare> = {}): WriterShare {
  return { writers: 1, syncing: false, buffers: createWriteBuffers(16 * MEBIBYTE), ...share };
}

/** A file that remembers what was asked of it; a slow one answers when it is released. */
function fakeFile({ slow = false } = {}) {
  const writes: { position: number; chunks: number; bytes: Buffer }[] = [];
  const released = Promise.withResolvers<void>();
  let syncs = 0;
  const files: Files = {
    ...nodeFiles,
    async writev(_file, chunks, position) {
      const write = { position, chunks: chunks.length, bytes: NO_BYTES };
      writes.push(write);
      await (slow ? released.promise : turns(3));
      // The system reads them when it comes to it, so nobody may have them before that.
      write.bytes = Buffer.concat(chunks);
      return { bytesWritten: write.bytes.length };
    },
    async fdatasync() {
      syncs += 1;
    },
  };
  function content(): Buffer {
    const last = writes.reduce((end, { position, bytes }) => Math.max(end, position + bytes.length), 0);
    const whole = Buffer.alloc(last);
    for (const { position, bytes } of writes) bytes.copy(whole, position);
    return whole;
  }

  return { files, writes, content, release: () => released.resolve(), syncs: () => syncs };
}

const NO_BYTES = Buffer.alloc(0);

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) {
    await new Promise(setImmediate);
  }
}
