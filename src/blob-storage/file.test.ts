import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, test } from "node:test";
import { type Digest, digestOf, hexOf } from "../oci/digest.ts";
import { bodyOf, bytesOf, newUpload, store } from "./blob-storage-suite.ts";
import { StorageFullError, UploadNotFoundError } from "./errors.ts";
import { fullDisk, limitWrites, recordedFiles, spoiledFiles, systemError } from "./faulty-files.ts";
import { openFileStorage } from "./file.ts";
import { nodeFiles } from "./files.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "imagehub-file-storage-"));
});
afterEach(() => rm(root, { recursive: true }));

const digest = digestOf(Buffer.from("hello"));

test("a disk that fills up in the middle of a body leaves nothing of it, and the next body is taken", async () => {
  const disk = fullDisk(3_000_000);
  const storage = await openFileStorage(root, disk);
  const upload = newUpload();
  await storage.append(upload, bodyOf("before"), { offset: 0 });
  const big = Array.from({ length: 80 }, () => Buffer.alloc(65_536));
  await assert.rejects(storage.append(upload, bodyOf(...big), { offset: 6 }), StorageFullError);
  assert.equal(await storage.uploadSize(upload), 6);
  disk.free(100);
  await storage.append(upload, bodyOf(" and after"), { offset: 6 });
  assert.equal((await bytesOf(await storage.readUpload(upload))).toString(), "before and after");
});

test("a quota that is used up is a full storage, too", async () => {
  const files = spoiledFiles((handle) => {
    handle.writev = () => Promise.reject(systemError("EDQUOT"));
  });
  const storage = await openFileStorage(root, { files });
  await assert.rejects(storage.append(newUpload(), bodyOf("x"), { offset: 0 }), StorageFullError);
});

test("a write that takes less than it is given is gone on with", async () => {
  const files = spoiledFiles((handle) => limitWrites(handle, (sizeBytes) => Math.min(7, sizeBytes)));
  const storage = await openFileStorage(root, { files });
  const upload = newUpload();
  await storage.append(upload, bodyOf("one, ", "two, three, four, ", "five"), { offset: 0 });
  assert.equal((await bytesOf(await storage.readUpload(upload))).toString(), "one, two, three, four, five");
});

test("an upload of which the disk lost bytes in the background is emptied, for none can be trusted", async () => {
  const files = spoiledFiles((handle) => {
    handle.datasync = () => Promise.reject(systemError("EIO"));
  });
  const storage = await openFileStorage(root, { files });
  const upload = newUpload();
  await storage.append(upload, bodyOf("before"), { offset: 0 });
  const big = Array.from({ length: 40 }, () => Buffer.alloc(1024 * 1024));
  await assert.rejects(storage.append(upload, bodyOf(...big), { offset: 6 }), { code: "EIO" });
  assert.equal(await storage.uploadSize(upload), 0);
});

test("finish() syncs the bytes before it gives them their name, and the name's folders after", async () => {
  const done: string[] = [];
  const storage = await openFileStorage(root, { files: recordedFiles(done) });
  const parents = ["", "docker", "docker/registry", "docker/registry/v2", "docker/registry/v2/blobs"];
  assert.deepEqual(new Set(done), new Set(parents.map((folder) => `sync ${join(root, folder)}`)));
  done.length = 0;
  const upload = newUpload();
  await storage.append(upload, bodyOf("hello"), { offset: 0 });
  await storage.finish(upload, digest);
  const folder = dirname(blobFile(digest));
  assert.deepEqual(done.slice(0, 3), [
    `sync ${dirname(dirname(folder))}`,
    `sync ${join(root, "uploads", upload)}`,
    `rename ${blobFile(digest)}`,
  ]);
  assert.deepEqual(done.slice(3).toSorted(), [`sync ${dirname(folder)}`, `sync ${folder}`]);
});

test("finish() of a blob that is there leaves it, and syncs its folders for whoever put it there just now", async () => {
  const done: string[] = [];
  const storage = await openFileStorage(root, { files: recordedFiles(done) });
  await store(storage, "hello");
  done.length = 0;
  await store(storage, "hello");
  const folder = dirname(blobFile(digest));
  assert.deepEqual(done.toSorted(), [`sync ${dirname(folder)}`, `sync ${folder}`]);
});

test("bytes that cannot be synced become no blob, and nothing of them is left", async () => {
  for (const [code, error] of [
    ["ENOSPC", StorageFullError],
    ["EIO", { code: "EIO" }],
  ] as const) {
    const files = spoiledFiles((handle, path) => {
      if (path.includes("uploads/")) {
        handle.sync = () => Promise.reject(systemError(code));
      }
    });
    const storage = await openFileStorage(root, { files });
    await assert.rejects(store(storage, "hello"), error);
    assert.deepEqual(await filesBelow(root), []);
    assert.deepEqual(await readdir(dirname(dirname(blobFile(digest)))), []);
  }
});

test("an upload that cannot be renamed goes, and the storage works on", async () => {
  let full = true;
  const files = {
    ...nodeFiles,
    rename: (from: string, to: string) =>
      full ? Promise.reject(systemError("ENOSPC")) : nodeFiles.rename(from, to),
  };
  const storage = await openFileStorage(root, { files: files as typeof nodeFiles });
  await assert.rejects(store(storage, "hello"), StorageFullError);
  assert.deepEqual(await filesBelow(root), []);
  full = false;
  await store(storage, "hello");
  assert.deepEqual(await filesBelow(root), [blobFile(digest)]);
});

test("check() fails when nothing can be written, and leaves nothing", async () => {
  const files = spoiledFiles((handle) => {
    handle.write = () => Promise.reject(systemError("ENOSPC"));
  });
  const storage = await openFileStorage(root, { files });
  await assert.rejects(storage.check(), StorageFullError);
  assert.deepEqual(await filesBelow(root), []);
});

test("no upload's name leads out of the folder of uploads", async () => {
  const storage = await openFileStorage(join(root, "storage"));
  await writeFile(join(root, "secret"), "secret");
  for (const upload of ["../../secret", "..", ".", "", "a/b", "a\\b", ".check", "a\0b", "x".repeat(129)]) {
    await assert.rejects(storage.append(upload, bodyOf("x"), { offset: 0 }), UploadNotFoundError);
    await assert.rejects(storage.readUpload(upload), UploadNotFoundError);
    await assert.rejects(storage.finish(upload, digest), UploadNotFoundError);
    assert.equal(await storage.uploadSize(upload), undefined);
    await storage.cancel(upload);
  }
  assert.deepEqual(await filesBelow(root), [join(root, "secret")]);
});

test("what the distribution project stored is read and listed, what is no blob is passed over", async () => {
  await mkdir(dirname(blobFile(digest)), { recursive: true });
  await writeFile(blobFile(digest), "hello");
  await mkdir(join(dirname(dirname(blobFile(digest))), hexOf(digestOf(Buffer.from("gone")))));
  await writeFile(join(root, "docker/registry/v2/blobs/sha256/a file"), "");
  await mkdir(join(root, "docker/registry/v2/blobs/sha256/ab/ab is no digest"), { recursive: true });
  await writeFile(join(root, "docker/registry/v2/blobs/sha256/ab/ab is no digest/data"), "");
  await mkdir(join(root, "docker/registry/v2/repositories/library"), { recursive: true });
  const storage = await openFileStorage(root);
  assert.equal((await bytesOf(await storage.read(digest))).toString(), "hello");
  assert.deepEqual(await Array.fromAsync(storage.list()), [{ digest, sizeBytes: 5 }]);
});

test("a blob that ends too early while it is sent cuts the stream off, so that the reader sees it", async () => {
  const storage = await openFileStorage(root);
  await store(storage, "hello");
  const sink = new PassThrough();
  await assert.rejects(
    storage.send(digest, sink, { range: { start: 0, end: 9 } }),
    /ends at 5, expected 10 bytes/,
  );
  assert.equal(sink.destroyed, true);
});

test("a blob that is cut off is replaced by a whole one", async () => {
  await mkdir(dirname(blobFile(digest)), { recursive: true });
  await writeFile(blobFile(digest), "hel");
  const storage = await openFileStorage(root);
  await store(storage, "hello");
  assert.equal(await readFile(blobFile(digest), "utf8"), "hello");
});

function blobFile(of: Digest): string {
  const hex = hexOf(of);
  return join(root, "docker/registry/v2/blobs/sha256", hex.slice(0, 2), hex, "data");
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
