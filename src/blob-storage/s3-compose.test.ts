import assert from "node:assert/strict";
import { test } from "node:test";
import type { S3Bucket } from "./s3-bucket.ts";
import { compose, planParts } from "./s3-compose.ts";
import { S3Error } from "./s3-errors.ts";

const MEBIBYTE = 1024 * 1024;

function plan(...sizes: number[]): number[][] {
  let start = 0;
  const pieces = sizes.map((sizeBytes) => {
    const piece = { key: String(start), start, sizeBytes };
    start += sizeBytes;
    return piece;
  });
  return planParts(pieces).map((part) => part.map(({ sizeBytes }) => sizeBytes));
}

test("planParts() makes no part but the last smaller than S3 takes", () => {
  const [whole, small] = [5 * MEBIBYTE, MEBIBYTE];
  assert.deepEqual(plan(), []);
  assert.deepEqual(plan(3), [[3]]);
  assert.deepEqual(plan(whole, whole, 3), [[whole], [whole], [3]]);
  assert.deepEqual(plan(small, whole, small, small), [
    [small, whole],
    [small, small],
  ]);
  assert.deepEqual(plan(...Array<number>(7).fill(small)), [Array(5).fill(small), Array(2).fill(small)]);
  assert.deepEqual(plan(whole - 1, 1, whole), [[whole - 1, 1], [whole]]);
});

/** A bucket that loses the answer to the request that ends a multipart upload: the next finds it done. */
function forgetfulBucket({ isDone }: { isDone: boolean }) {
  const objects = new Map([["blob", { sizeBytes: 10 * MEBIBYTE, etag: "before" }]]);
  const aborted: string[] = [];
  const bucket = {
    head: async (key: string) => objects.get(key),
    startMultipart: async (key: string) => ({ key, id: "one" }),
    copyPart: async (_: unknown, number: number) => ({ number, etag: "part" }),
    async completeMultipart({ key }: { key: string }) {
      if (isDone) objects.set(key, { sizeBytes: 10 * MEBIBYTE, etag: "after" });
      throw new S3Error("no such upload", { code: "NoSuchUpload", status: 404, cause: undefined });
    },
    abortMultipart: async ({ id }: { id: string }) => void aborted.push(id),
  };
  return { bucket: bucket as unknown as S3Bucket, aborted };
}

const PIECES = [0, 1].map((index) => ({
  key: String(index),
  start: index * 5 * MEBIBYTE,
  sizeBytes: 5 * MEBIBYTE,
}));

test("compose() fails, and aborts, when the multipart upload is gone and the object is still the one before", async () => {
  const { bucket, aborted } = forgetfulBucket({ isDone: false });
  await assert.rejects(compose(bucket, PIECES, { key: "blob", replace: true }), { code: "NoSuchUpload" });
  assert.deepEqual(aborted, ["one"]);
});

test("compose() is done when the answer was lost, but the object is there", async () => {
  const { bucket, aborted } = forgetfulBucket({ isDone: true });
  await compose(bucket, PIECES, { key: "blob", replace: true });
  assert.deepEqual(aborted, []);
});

test("compose() leaves an object of that size alone unless it is to be replaced", async () => {
  const { bucket } = forgetfulBucket({ isDone: false });
  await compose(bucket, PIECES, { key: "blob", replace: false });
});
