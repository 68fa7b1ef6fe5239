import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { PassThrough, type Readable, Writable } from "node:stream";
import { type Digest, digestOf } from "../oci/digest.ts";
import {
  BlobNotFoundError,
  FileNameError,
  NamedFileNotFoundError,
  UploadNotFoundError,
  UploadOffsetError,
} from "./errors.ts";
import type { BlobStorage, ByteRange } from "./port.ts";

/** What every BlobStorage does alike. */
export function testBlobStorage(name: string, open: () => Promise<BlobStorage>): void {
  describe(name, () => {
    let storage: BlobStorage;
    before(async () => {
      storage = await open();
    });
    after(() => storage.close());

    testBlobs(() => storage);
    testUploads(() => storage);
    testFinish(() => storage);
    testNamedFiles("snapshots", () => storage);
    testNamedFiles("quarantine", () => storage);
  });
}

/** A body of these parts, each in its own turn of the event loop, as from a socket. */
export async function* bodyOf(...parts: (string | Uint8Array | Error)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    await new Promise(setImmediate);
    if (part instanceof Error) {
      throw part;
    }
    yield typeof part === "string" ? Buffer.from(part) : part;
  }
}

export async function bytesOf(stream: Readable): Promise<Buffer> {
  return Buffer.concat(await stream.toArray());
}

export async function store(storage: BlobStorage, bytes: string | Uint8Array): Promise<Digest> {
  const digest = digestOf(Buffer.from(bytes));
  const upload = newUpload();
  await storage.append(upload, bodyOf(bytes), { offset: 0 });
  await storage.finish(upload, digest);
  return digest;
}

export function newUpload(): string {
  return crypto.randomUUID();
}

function testBlobs(storage: () => BlobStorage): void {
  const absent = digestOf(Buffer.from("never stored"));

  test("read() of a blob that is not there throws BlobNotFoundError", async () => {
    await assert.rejects(storage().read(absent), BlobNotFoundError);
  });

  test("stat() of a blob that is not there is undefined", async () => {
    assert.equal(await storage().stat(absent), undefined);
  });

  test("delete() of a blob that is not there is no error", async () => {
    await storage().delete(absent);
  });

  test("a deleted blob is gone, and can be stored again", async () => {
    const digest = await store(storage(), "come and go");
    await storage().delete(digest);
    assert.equal(await storage().stat(digest), undefined);
    await assert.rejects(storage().read(digest), BlobNotFoundError);
    assert.equal(await store(storage(), "come and go"), digest);
    assert.equal(await storage().stat(digest), 11);
  });

  test("read() gives the bytes between both ends of a range", async () => {
    const digest = await store(storage(), "0123456789");
    const part = async (start: number, end: number) =>
      (await bytesOf(await storage().read(digest, { start, end }))).toString();
    assert.equal(await part(0, 0), "0");
    assert.equal(await part(3, 5), "345");
    assert.equal(await part(9, 9), "9");
    assert.equal(await part(0, 9), "0123456789");
  });

  test("send() writes a blob, or a part, and ends the stream; headers can be written before", async () => {
    const digest = await store(storage(), "0123456789");
    const sent = async (range?: ByteRange) => {
      const sink = new PassThrough();
      const bytes = bytesOf(sink);
      await storage().send(digest, sink, { range, onOpen: () => sink.write("head ") });
      return (await bytes).toString();
    };
    assert.equal(await sent(), "head 0123456789");
    assert.equal(await sent({ start: 3, end: 5 }), "head 345");
  });

  test("send() of a blob that is not there throws and leaves the stream alone", async () => {
    const sink = new PassThrough();
    const onOpen = () => sink.write("head");
    await assert.rejects(storage().send(absent, sink, { onOpen }), BlobNotFoundError);
    assert.equal(sink.writableEnded || sink.destroyed || sink.readableLength > 0, false);
  });

  test("send() to a stream that reads slowly, and in pieces, mixes nothing up", async () => {
    const bytes = Buffer.alloc(3 * 1024 * 1024 + 5, "every part is another 0123456789");
    bytes.forEach((_, index) => index % 65_536 === 0 && bytes.writeUInt32LE(index, index));
    const digest = await store(storage(), bytes);
    const received: Buffer[] = [];
    const sink = new Writable({
      highWaterMark: 1,
      write(chunk: Buffer, _encoding, done) {
        setImmediate(() => {
          received.push(Buffer.from(chunk));
          done();
        });
      },
    });
    await storage().send(digest, sink);
    assert.equal(digestOf(Buffer.concat(received)), digest);
  });

  test("send() to a stream that goes away in the middle fails, and does not wait", async () => {
    const digest = await store(storage(), Buffer.alloc(3 * 1024 * 1024, "long"));
    const sink = new Writable({ write: () => setImmediate(() => sink.destroy()) });
    await assert.rejects(storage().send(digest, sink), { code: "ERR_STREAM_PREMATURE_CLOSE" });
  });

  test("a blob of several MiB comes back as it went in", async () => {
    const bytes = Buffer.alloc(5 * 1024 * 1024 + 17, "not a multiple of any buffer ");
    const digest = await store(storage(), bytes);
    assert.equal(await storage().stat(digest), bytes.length);
    assert.equal(digestOf(await bytesOf(await storage().read(digest))), digest);
  });

  test("list() names each blob with its size, of both algorithms", async () => {
    const bytes = Buffer.from("listed twice");
    await store(storage(), bytes);
    const upload = newUpload();
    await storage().append(upload, bodyOf(bytes), { offset: 0 });
    await storage().finish(upload, digestOf(bytes, "sha512"));
    const listed = new Map((await Array.fromAsync(storage().list())).map((blob) => [blob.digest, blob]));
    for (const digest of [digestOf(bytes), digestOf(bytes, "sha512")]) {
      assert.equal(listed.get(digest)?.sizeBytes, bytes.length);
      assertRecent(listed.get(digest)?.modifiedAt);
    }
    assert.equal(listed.has(absent), false);
  });

  test("check() of a storage that works resolves and leaves nothing", async () => {
    await Promise.all([storage().check(), storage().check()]);
    assert.deepEqual(await Array.fromAsync(storage().listUploads()), []);
  });
}

/** Another machine's clock may be the storage's, so recent is no more than this. */
const RECENT_MS = 60 * 60 * 1000;

function assertRecent(time: Date | undefined): void {
  assert.ok(time && Math.abs(Date.now() - time.getTime()) < RECENT_MS, `${String(time)} is not recent`);
}

function testUploads(storage: () => BlobStorage): void {
  test("append() keeps nothing of a chunk when it has asked for the next", async () => {
    const upload = newUpload();
    // As little as a config, as much as a socket gives, and more than is written at once.
    const sizes = [1, 1000, 65_536, 65_536, 1_000_000, 5];
    const sent = sizes.map((sizeBytes, index) => Buffer.alloc(sizeBytes, index + 1));
    async function* reused(): AsyncGenerator<Uint8Array> {
      for (const bytes of sent) {
        const chunk = Buffer.from(bytes);
        yield chunk;
        chunk.fill(0);
      }
    }
    await storage().append(upload, reused(), { offset: 0 });
    assert.ok((await bytesOf(await storage().readUpload(upload))).equals(Buffer.concat(sent)));
    await storage().cancel(upload);
  });

  test("append() at another offset than the size throws UploadOffsetError with the size, and changes nothing", async () => {
    const upload = newUpload();
    const wrong = (offset: number, expected: number) =>
      assert.rejects(
        storage().append(upload, bodyOf("x"), { offset }),
        (error) => error instanceof UploadOffsetError && error.expected === expected,
      );
    await wrong(1, 0);
    await storage().append(upload, bodyOf("abc"), { offset: 0 });
    await wrong(0, 3);
    await wrong(2, 3);
    await wrong(4, 3);
    assert.equal((await bytesOf(await storage().readUpload(upload))).toString(), "abc");
    await storage().cancel(upload);
  });

  test("an upload grows by several bodies, and onChunk sees their bytes in order", async () => {
    const upload = newUpload();
    let seen = "";
    const onChunk = (chunk: Uint8Array) => {
      seen += Buffer.from(chunk).toString();
    };
    assert.equal(await storage().append(upload, bodyOf("ab", "", "cd"), { offset: 0, onChunk }), 4);
    assert.equal(await storage().append(upload, bodyOf("ef"), { offset: 4, onChunk }), 6);
    assert.equal(seen, "abcdef");
    assert.equal(await storage().uploadSize(upload), 6);
    assert.equal((await bytesOf(await storage().readUpload(upload))).toString(), "abcdef");
    await storage().cancel(upload);
  });

  test("a body that fails leaves exactly what came before, to go on from", async () => {
    const upload = newUpload();
    const cut = new Error("connection lost");
    await assert.rejects(storage().append(upload, bodyOf("abc", "de", cut), { offset: 0 }), cut);
    assert.equal(await storage().uploadSize(upload), 5);
    await storage().append(upload, bodyOf("fg"), { offset: 5 });
    assert.equal((await bytesOf(await storage().readUpload(upload))).toString(), "abcdefg");
    await storage().cancel(upload);
  });

  test("a chunk that onChunk refuses is not stored", async () => {
    const upload = newUpload();
    const refusal = new Error("too many");
    let seen = 0;
    const onChunk = () => {
      seen += 1;
      if (seen === 2) {
        throw refusal;
      }
    };
    await assert.rejects(storage().append(upload, bodyOf("good", "bad"), { offset: 0, onChunk }), refusal);
    assert.equal(await storage().uploadSize(upload), 4);
    await storage().cancel(upload);
  });

  test("a cancelled upload is gone", async () => {
    const upload = newUpload();
    await storage().append(upload, bodyOf("abc"), { offset: 0 });
    const [listed, ...others] = await Array.fromAsync(storage().listUploads());
    assert.deepEqual([listed?.upload, listed?.sizeBytes, others], [upload, 3, []]);
    assertRecent(listed?.modifiedAt);
    await storage().cancel(upload);
    await storage().cancel(upload);
    assert.equal(await storage().uploadSize(upload), undefined);
    assert.deepEqual(await Array.fromAsync(storage().listUploads()), []);
    await assert.rejects(storage().readUpload(upload), UploadNotFoundError);
  });
}

function testFinish(storage: () => BlobStorage): void {
  test("finish() of an upload that is not there throws UploadNotFoundError and makes no blob", async () => {
    const digest = digestOf(Buffer.from("finished from nothing"));
    await assert.rejects(storage().finish(newUpload(), digest), UploadNotFoundError);
    assert.equal(await storage().stat(digest), undefined);
  });

  test("an upload is a blob and no upload after finish()", async () => {
    const digest = await store(storage(), "whole");
    assert.equal((await bytesOf(await storage().read(digest))).toString(), "whole");
    assert.deepEqual(await Array.fromAsync(storage().listUploads()), []);
  });

  test("an empty upload becomes an empty blob", async () => {
    const digest = await store(storage(), "");
    const sink = new PassThrough();
    await storage().send(digest, sink.resume());
    assert.equal(sink.readableEnded, true);
    assert.equal(await storage().stat(digest), 0);
    assert.equal((await bytesOf(await storage().read(digest))).length, 0);
  });

  test("a blob that is finished again, also at the same time, stays, and no upload is left", async () => {
    const digests = await Promise.all(Array.from({ length: 8 }, () => store(storage(), "again and again")));
    const digest = await store(storage(), "again and again");
    assert.deepEqual(new Set(digests), new Set([digest]));
    assert.equal((await bytesOf(await storage().read(digest))).toString(), "again and again");
    assert.deepEqual(await Array.fromAsync(storage().listUploads()), []);
  });

  test("a blob that is deleted while it is read is read to its end", async () => {
    const bytes = Buffer.alloc(3 * 1024 * 1024, "long");
    const digest = await store(storage(), bytes);
    const stream = await storage().read(digest);
    await storage().delete(digest);
    assert.equal((await bytesOf(stream)).length, bytes.length);
  });
}

function testNamedFiles(folder: "snapshots" | "quarantine", storage: () => BlobStorage): void {
  const files = () => storage()[folder];
  const names = async () => (await Array.fromAsync(files().list())).map(({ name }) => name);

  test(`a name in ${folder} that leads elsewhere, or is hidden, is refused`, async () => {
    for (const name of ["", ".", "..", ".hidden", "../up", "a/b", "a\\b", "a\0b", "ä", "x".repeat(201)]) {
      await assert.rejects(files().write(name, bodyOf("x")), FileNameError);
      await assert.rejects(files().read(name), FileNameError);
      await assert.rejects(files().delete(name), FileNameError);
    }
    assert.deepEqual(await names(), []);
  });

  test(`a file in ${folder} that is not there is not read, and deleted without an error`, async () => {
    await assert.rejects(files().read("absent.db"), NamedFileNotFoundError);
    await files().delete("absent.db");
  });

  test(`a file in ${folder} whose body fails is not there, and the one before it stays`, async () => {
    const cut = new Error("cut");
    await assert.rejects(files().write("one.db", bodyOf("half", cut)), cut);
    assert.deepEqual(await names(), []);
    await files().write("one.db", bodyOf("before"));
    await assert.rejects(files().write("one.db", bodyOf("half", cut)), cut);
    assert.equal((await bytesOf(await files().read("one.db"))).toString(), "before");
    assert.deepEqual(await Array.fromAsync(storage().listUploads()), []);
    await files().delete("one.db");
  });

  test(`a file in ${folder} is listed with its size, read as written, replaced, and gone when deleted`, async () => {
    const bytes = Buffer.alloc(6 * 1024 * 1024 + 3, "rows ");
    await files().write("2026-01-02T03.db", bodyOf("old"));
    await files().write("2026-01-02T03.db", bodyOf("", bytes.subarray(0, 7), bytes.subarray(7)));
    await files().write("empty", bodyOf());
    const listed = new Map((await Array.fromAsync(files().list())).map((one) => [one.name, one]));
    assert.deepEqual([...listed.keys()].toSorted(), ["2026-01-02T03.db", "empty"]);
    assert.equal(listed.get("2026-01-02T03.db")?.sizeBytes, bytes.length);
    assert.equal(listed.get("empty")?.sizeBytes, 0);
    assertRecent(listed.get("empty")?.modifiedAt);
    assert.ok(bytes.equals(await bytesOf(await files().read("2026-01-02T03.db"))));
    assert.equal((await bytesOf(await files().read("empty"))).length, 0);
    assert.deepEqual(await Array.fromAsync(storage().listUploads()), []);
    await files().delete("2026-01-02T03.db");
    await files().delete("empty");
    assert.deepEqual(await names(), []);
    await assert.rejects(files().read("empty"), NamedFileNotFoundError);
  });
}
