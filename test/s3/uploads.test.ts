import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { after, describe, test } from "node:test";
import { bodyOf, bytesOf, newUpload } from "../../src/blob-storage/blob-storage-suite.ts";
import { UploadChangedError } from "../../src/blob-storage/errors.ts";
import { openBlobStorage } from "../../src/blob-storage/open.ts";
import { openS3Bucket } from "../../src/blob-storage/s3-bucket.ts";
import { parseS3Url } from "../../src/blob-storage/s3-location.ts";
import { refuses } from "../../src/content/content.fixture.ts";
import { createContent } from "../../src/content/create.ts";
import { openPglite } from "../../src/database/pglite.ts";
import { digestOf, hexOf } from "../../src/oci/digest.ts";
import { parseRepositoryName } from "../../src/oci/reference.ts";
import { skip, startS3Server } from "./s3-server.ts";

const MEBIBYTE = 1024 * 1024;

describe("uploads to S3", { skip }, async () => {
  if (skip) return;
  const server = await startS3Server();
  after(() => server.stop());
  const piecesOf = (prefix: string, upload: string) =>
    readdir(join(server.bucketFolder, prefix, "uploads", upload));

  test("tiny chunks are no million objects, and make the blob that they should", async () => {
    const storage = await openBlobStorage(server.storageUrl("tiny"), { soleWriter: true });
    const upload = newUpload();
    const bytes = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251));
    for (let at = 0; at < bytes.length; at += 10) {
      await storage.append(upload, bodyOf(bytes.subarray(at, at + 10)), { offset: at });
    }
    const pieces = await piecesOf("tiny", upload);
    assert.ok(pieces.length <= 32, `${pieces.length} pieces`);
    assert.ok(bytes.equals(await buffer(await storage.readUpload(upload))));
    await storage.finish(upload, digestOf(bytes));
    assert.ok(bytes.equals(await bytesOf(await storage.read(digestOf(bytes)))));
    await storage.close();
  });

  test("an upload goes on in another hub, and back in the first", async () => {
    const url = server.storageUrl("several");
    const [one, other] = [await openBlobStorage(url), await openBlobStorage(url)];
    const upload = newUpload();
    await one.append(upload, bodyOf("one, "), { offset: 0 });
    assert.equal(await other.uploadSize(upload), 5);
    await other.append(upload, bodyOf("other, "), { offset: 5 });
    await one.append(upload, bodyOf("one"), { offset: 12 });
    assert.equal((await buffer(await other.readUpload(upload))).toString(), "one, other, one");
    await other.finish(upload, digestOf(Buffer.from("one, other, one")));
    await other.close();
    assert.equal(await one.uploadSize(upload), undefined);
    await one.close();
  });

  test("a hub makes no blob of what another put in the place of what came here", async () => {
    const url = server.storageUrl("replaced");
    const [one, other] = [await openBlobStorage(url), await openBlobStorage(url)];
    const upload = newUpload();
    await one.append(upload, bodyOf("good"), { offset: 0 });
    await other.cancel(upload);
    await other.append(upload, bodyOf("evil"), { offset: 0 });
    const digest = digestOf(Buffer.from("good"));
    await assert.rejects(one.finish(upload, digest), UploadChangedError);
    assert.equal(await one.stat(digest), undefined);
    await one.append(upload, bodyOf("!"), { offset: 4 });
    await assert.rejects(one.finish(upload, digest), UploadChangedError);
    assert.equal((await buffer(await one.readUpload(upload))).toString(), "evil!");
    await one.finish(upload, digestOf(Buffer.from("evil!")));
    await Promise.all([one.close(), other.close()]);
  });

  test("an upload that another hub ends while it is read, or put together, has changed", async () => {
    const url = server.storageUrl("ended");
    const [one, other] = [await openBlobStorage(url, { soleWriter: true }), await openBlobStorage(url)];
    const upload = newUpload();
    for (const bytes of ["some ", "bytes"]) {
      await other.append(upload, bodyOf(bytes), { offset: (await other.uploadSize(upload)) ?? 0 });
    }
    const digest = digestOf(Buffer.from("some bytes"));
    const reading = await one.readUpload(upload);
    await other.cancel(upload);
    await assert.rejects(buffer(reading), UploadChangedError);
    await assert.rejects(one.finish(upload, digest), UploadChangedError);
    assert.equal(await one.stat(digest), undefined);
    await Promise.all([one.close(), other.close()]);
  });

  test("of two bodies that two hubs take for one upload at once, one is the blob that its digest says", async () => {
    const url = server.storageUrl("at-once");
    const database = await openPglite();
    const storages = [await openBlobStorage(url), await openBlobStorage(url)];
    const hubs = storages.map((storage) => createContent({ database, storage }));
    const [one, other] = hubs;
    assert.ok(one && other);
    after(async () => {
      for (const closing of [...hubs, ...storages, database]) await closing.close();
    });
    const repository = parseRepositoryName("acme/at-once");
    await one.repositories.ensure(repository, { newOrganizationOwner: "alice" });
    const upload = one.uploads.start(repository);
    const both = createGate(2);
    async function* together(text: string): AsyncGenerator<Uint8Array> {
      await both();
      yield Buffer.from(text);
    }
    await Promise.all([
      one.uploads.append(repository, upload, { body: together("this") }),
      other.uploads.append(repository, upload, { body: together("that") }),
    ]);
    const reader = await openBlobStorage(url);
    const kept = await buffer(await reader.readUpload(upload));
    const [lost, loser, winner] = String(kept) === "this" ? ["that", other, one] : ["this", one, other];
    await refuses("DIGEST_INVALID", loser.uploads.finish(repository, upload, digestOf(Buffer.from(lost))));
    await winner.uploads.finish(repository, upload, digestOf(kept));
    assert.ok(kept.equals(await bytesOf(await reader.read(digestOf(kept)))));
    assert.equal(await reader.stat(digestOf(Buffer.from(lost))), undefined);
    await reader.close();
  });

  test("an upload of pieces of all sizes goes on after a restart, and is put together", async () => {
    const url = server.storageUrl("restart");
    const bytes = Buffer.alloc(23 * MEBIBYTE, "a piece of something, ");
    for (let at = 0; at + 4 <= bytes.length; at += 1000) bytes.writeUInt32LE(at, at);
    const cuts = [0, 3, 6 * MEBIBYTE, 6 * MEBIBYTE + 1, 12 * MEBIBYTE, 22 * MEBIBYTE, bytes.length];
    const upload = newUpload();
    for (const [index, start] of cuts.slice(0, -1).entries()) {
      const storage = await openBlobStorage(url, { soleWriter: true });
      assert.equal((await storage.uploadSize(upload)) ?? 0, start);
      await storage.append(upload, bodyOf(bytes.subarray(start, cuts[index + 1])), { offset: start });
      await storage.close();
    }
    const storage = await openBlobStorage(url, { soleWriter: true });
    await storage.finish(upload, digestOf(bytes));
    assert.ok(bytes.equals(await bytesOf(await storage.read(digestOf(bytes)))));
    assert.deepEqual(await Array.fromAsync(storage.listUploads()), []);
    await storage.close();
  });

  test("a piece that a killed hub left beyond a gap is no part of what follows", async () => {
    const folder = join(server.bucketFolder, "gap/uploads/left");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "00000000000000-aaaaaaaa"), "abc");
    await writeFile(join(folder, "00000000000006-bbbbbbbb"), "stray");
    const storage = await openBlobStorage(server.storageUrl("gap"), { soleWriter: true });
    assert.equal(await storage.uploadSize("left"), 3);
    assert.equal(await storage.append("left", bodyOf("def"), { offset: 3 }), 6);
    await storage.close();
    const next = await openBlobStorage(server.storageUrl("gap"));
    assert.equal((await buffer(await next.readUpload("left"))).toString(), "abcdef");
    await next.close();
  });

  test("a multipart upload that a killed hub left is listed as an upload, and cancelled", async () => {
    const url = server.storageUrl("left");
    const bucket = openS3Bucket(parseS3Url(url));
    await bucket.startMultipart("left/docker/registry/v2/blobs/sha256/ab/abcd/data");
    const storage = await openBlobStorage(url);
    const [left, ...others] = await Array.fromAsync(storage.listUploads());
    assert.deepEqual(others, []);
    assert.ok(left && Date.now() - left.modifiedAt.getTime() < 60_000);
    await storage.cancel(newUpload());
    assert.equal((await Array.fromAsync(bucket.listMultiparts("left/"))).length, 1);
    await storage.cancel(left.upload);
    await storage.cancel(left.upload);
    assert.deepEqual(await Array.fromAsync(bucket.listMultiparts("left/")), []);
    bucket.close();
    await storage.close();
  });

  test("a multipart upload of somebody else's in the same bucket is none of the hub's", async () => {
    const url = server.storageUrl("shared");
    const bucket = openS3Bucket(parseS3Url(url));
    await bucket.startMultipart("shared/archive/2026.tar");
    await bucket.startMultipart("shared/docker/registry/v2/repositories/app/_uploads/1/data");
    const storage = await openBlobStorage(url);
    assert.deepEqual(await Array.fromAsync(storage.listUploads()), []);
    assert.equal((await Array.fromAsync(bucket.listMultiparts("shared/"))).length, 2);
    bucket.close();
    await storage.close();
  });

  test("a bucket of the distribution project is read as it is", async () => {
    const bytes = Buffer.from("adopted");
    const hex = hexOf(digestOf(bytes));
    const blobs = join(server.bucketFolder, "adopted/docker/registry/v2/blobs");
    const file = join(blobs, "sha256", hex.slice(0, 2), hex, "data");
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
    await writeFile(join(blobs, "sha256", "no blob"), "");
    const storage = await openBlobStorage(server.storageUrl("adopted"));
    const listed = await Array.fromAsync(storage.list());
    assert.deepEqual(
      listed.map(({ digest, sizeBytes }) => [digest, sizeBytes]),
      [[digestOf(bytes), bytes.length]],
    );
    assert.ok(bytes.equals(await bytesOf(await storage.read(digestOf(bytes)))));
    await storage.close();
  });
});

/** Lets nobody go on before so many have come. */
function createGate(count: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let come = 0;
  return () => {
    come += 1;
    if (come === count) resolve();
    return promise;
  };
}
