import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, test } from "node:test";
import { type Digest, digestOf, hexOf } from "../oci/digest.ts";
import { bodyOf, bytesOf, newUpload, store } from "./blob-storage-suite.ts";
import { StorageFullError, UploadNotFoundError, UploadOffsetError } from "./errors.ts";
import {
  countingDisk,
  faultyDisk,
  fullDisk,
  recordedFiles,
  systemError,
  takingAtMost,
} from "./faulty-files.ts";
import { openFileStorage } from "./file.ts";
import type { Files } from "./files.ts";
import type { BlobStorage } from "./port.ts";

let root: string;
const opened: BlobStorage[] = [];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "imagehub-file-storage-"));
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((storage) => storage.close()));
  await rm(root, { recursive: true });
});

const digest = digestOf(Buffer.from("hello"));

test("a disk that fills up in the middle of a body leaves nothing of it, and the next body is taken", async () => {
  const disk = fullDisk(3_000_000);
  const storage = await open(disk);
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
  const disk = faultyDisk();
  const storage = await open(disk);
  disk.fail("writev", "EDQUOT");
  await assert.rejects(storage.append(newUpload(), bodyOf("x"), { offset: 0 }), StorageFullError);
});

test("a write that takes less than it is given is gone on with", async () => {
  const storage = await open({ files: takingAtMost((sizeBytes) => Math.min(7, sizeBytes)) });
  const upload = newUpload();
  await storage.append(upload, bodyOf("one, ", "two, three, four, ", "five"), { offset: 0 });
  assert.equal((await bytesOf(await storage.readUpload(upload))).toString(), "one, two, three, four, five");
});

test("an upload of which the disk lost bytes in the background is emptied, for none can be trusted", async () => {
  const disk = faultyDisk();
  const storage = await open(disk);
  disk.fail("fdatasync", "EIO");
  const upload = newUpload();
  await storage.append(upload, bodyOf("before"), { offset: 0 });
  const big = Array.from({ length: 40 }, () => Buffer.alloc(1024 * 1024));
  await assert.rejects(storage.append(upload, bodyOf(...big), { offset: 6 }), { code: "EIO" });
  assert.equal(await storage.uploadSize(upload), 0);
});

test("finish() syncs the bytes before it gives them their name, and the name's folders after", async () => {
  const done: string[] = [];
  const storage = await open({ files: recordedFiles(done) });
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
  const storage = await open({ files: recordedFiles(done) });
  await store(storage, "hello");
  done.length = 0;
  await store(storage, "hello");
  const folder = dirname(blobFile(digest));
  assert.deepEqual(done.toSorted(), [`sync ${dirname(folder)}`, `sync ${folder}`]);
});

test("bytes that cannot be synced become no blob, and nothing of them is left", async () => {
  const disk = faultyDisk();
  const storage = await open(disk);
  await storage.delete(await store(storage, "hello"));
  for (const [code, error] of [
    ["ENOSPC", StorageFullError],
    ["EIO", { code: "EIO" }],
  ] as const) {
    disk.fail("fsync", code);
    await assert.rejects(store(storage, "hello"), error);
    assert.deepEqual(await filesBelow(root), []);
    assert.deepEqual(await readdir(dirname(dirname(blobFile(digest)))), []);
  }
});

test("an upload that cannot be renamed goes, and the storage works on", async () => {
  const disk = faultyDisk();
  const storage = await open(disk);
  for (const call of ["mkdir", "rename"] as const) {
    disk.fail(call, "ENOSPC");
    await assert.rejects(store(storage, "hello"), StorageFullError);
    assert.deepEqual(await filesBelow(root), []);
    disk.heal();
  }
  await store(storage, "hello");
  assert.deepEqual(await filesBelow(root), [blobFile(digest)]);
});

test("a snapshot is synced before it gets its name, and the name's folder after", async () => {
  const done: string[] = [];
  const storage = await open({ files: recordedFiles(done) });
  await storage.snapshots.write("one.db", bodyOf("rows"));
  done.length = 0;
  await storage.snapshots.write("one.db", bodyOf("more rows"));
  assert.match(done[0] ?? "", /^sync .*\/uploads\//);
  const folder = join(root, "imagehub/snapshots");
  assert.deepEqual(done.slice(1), [`rename ${join(folder, "one.db")}`, `sync ${folder}`]);
});

test("a snapshot that cannot be put on disk is not there, and nothing of it is left", async () => {
  const disk = faultyDisk();
  const storage = await open(disk);
  for (const call of ["writev", "fsync", "rename"] as const) {
    disk.fail(call, "ENOSPC");
    await assert.rejects(storage.snapshots.write("one.db", bodyOf("rows")), StorageFullError);
    assert.deepEqual(await filesBelow(root), []);
    disk.heal();
  }
});

test("check() fails when nothing can be written, and leaves nothing", async () => {
  const disk = faultyDisk();
  const storage = await open(disk);
  disk.fail("writev", "ENOSPC");
  await assert.rejects(storage.check(), StorageFullError);
  assert.deepEqual(await filesBelow(root), []);
});

test("an upload goes on after the storage was closed and opened again", async () => {
  const before = await open();
  const upload = newUpload();
  await before.append(upload, bodyOf("hel"), { offset: 0 });
  await before.close();
  const storage = await open();
  assert.equal(await storage.uploadSize(upload), 3);
  assert.equal(await storage.append(upload, bodyOf("lo"), { offset: 3 }), 5);
  await storage.finish(upload, digest);
  assert.equal(await readFile(blobFile(digest), "utf8"), "hello");
});

test("more uploads than stay open go on all the same, and close() leaves no file open", async () => {
  const disk = countingDisk();
  const storage = await open(disk);
  const uploads = Array.from({ length: 100 }, newUpload);
  for (const upload of uploads) {
    await storage.append(upload, bodyOf("a"), { offset: 0 });
  }
  assert.ok(disk.openFiles() < 80);
  for (const upload of uploads) {
    assert.equal(await storage.append(upload, bodyOf("b"), { offset: 1 }), 2);
  }
  await storage.finish(uploads[0] ?? "", digestOf(Buffer.from("ab")));
  await storage.cancel(uploads[1] ?? "");
  await assert.rejects(storage.append(uploads[2] ?? "", bodyOf("c"), { offset: 1 }), UploadOffsetError);
  await storage.close();
  assert.equal(disk.openFiles(), 0);
});

test("an upload whose file the disk says nothing of is not left open", async () => {
  const upload = newUpload();
  const first = await open({});
  await first.append(upload, bodyOf("before"), { offset: 0 });
  await first.close();

  const { files, openFiles } = countingDisk();
  const storage = await open({ files: { ...files, fstat: () => Promise.reject(systemError("EIO")) } });
  const before = openFiles();
  await assert.rejects(storage.append(upload, bodyOf("after"), { offset: 6 }), /EIO/);
  assert.equal(openFiles(), before);
});

test("no upload's name leads out of the folder of uploads", async () => {
  const storage = await open({ folder: join(root, "storage") });
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
  const storage = await open();
  assert.equal((await bytesOf(await storage.read(digest))).toString(), "hello");
  const listed = await Array.fromAsync(storage.list());
  assert.deepEqual(
    listed.map((blob) => [blob.digest, blob.sizeBytes]),
    [[digest, 5]],
  );
});

test("a blob that ends too early while it is sent cuts the stream off, so that the reader sees it", async () => {
  const storage = await open();
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
  const storage = await open();
  await store(storage, "hello");
  assert.equal(await readFile(blobFile(digest), "utf8"), "hello");
});

async function open({ files, folder = root }: { files?: Files; folder?: string } = {}): Promise<BlobStorage> {
  const storage = await openFileStorage(folder, files === undefined ? {} : { files });
  opened.push(storage);
  return storage;
}

function blobFile(of: Digest): string {
  const hex = hexOf(of);
  return join(root, "docker/registry/v2/blobs/sha256", hex.slice(0, 2), hex, "data");
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
