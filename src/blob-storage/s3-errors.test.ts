import assert from "node:assert/strict";
import { test } from "node:test";
import { StorageFullError } from "./errors.ts";
import { isNotThere, S3Error, toStorageError } from "./s3-errors.ts";
import { parseS3Url } from "./s3-location.ts";

const location = parseS3Url("s3://bucket?endpoint=http://127.0.0.1:9000");

function thrown(name: string, httpStatusCode?: number): Error {
  return Object.assign(new Error("as said"), { name, $metadata: { httpStatusCode } });
}

test("what S3 refuses is said with what to do", () => {
  for (const [error, message] of [
    [
      thrown("NoSuchBucket", 404),
      /bucket bucket at http:\/\/127.0.0.1:9000: there is no such bucket; make it/,
    ],
    [thrown("AccessDenied", 403), /the credentials need ListBucket/],
    [thrown("Forbidden", 403), /the credentials need ListBucket/],
    [thrown("SignatureDoesNotMatch", 403), /set AWS_ACCESS_KEY_ID/],
    [thrown("PermanentRedirect", 301), /set region=… in the storage URL/],
    [Object.assign(new Error("connect"), { code: "ECONNREFUSED" }), /the endpoint does not answer/],
    [thrown("Strange", 418), /as said \(Strange, 418\)/],
  ] as const) {
    const made = toStorageError(error, location);
    assert.ok(made instanceof S3Error);
    assert.match(made.message, message);
    assert.equal(made.cause, error);
  }
});

test("a storage that is full, or whose quota is used up, is StorageFullError", () => {
  for (const error of [
    thrown("Whatever", 507),
    thrown("QuotaExceeded", 403),
    thrown("XMinioStorageFull", 507),
  ]) {
    assert.ok(toStorageError(error, location) instanceof StorageFullError);
  }
});

test("an object that is not there is told from a bucket that is not", () => {
  assert.equal(isNotThere(toStorageError(thrown("NoSuchKey", 404), location)), true);
  assert.equal(isNotThere(toStorageError(thrown("NoSuchUpload", 404), location)), true);
  assert.equal(isNotThere(toStorageError(thrown("NoSuchBucket", 404), location)), false);
  assert.equal(isNotThere(thrown("NoSuchKey", 404)), false);
});
