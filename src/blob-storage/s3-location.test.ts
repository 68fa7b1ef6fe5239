import assert from "node:assert/strict";
import { test } from "node:test";
import { StorageUrlError } from "./errors.ts";
import { parseS3Url } from "./s3-location.ts";

test("parseS3Url() refuses what it does not know, and says what it expected", () => {
  for (const [url, message] of [
    ["s3:", /expected the name of a bucket/],
    ["s3://", /expected the name of a bucket/],
    ["s3://b", /expected the name of a bucket/],
    ["s3:///prefix", /expected the name of a bucket/],
    ["s3://bucket/a//b", /expected a prefix/],
    ["s3://bucket/a%20b", /expected a prefix/],
    ["s3://bucket?redirekt=true", /unknown parameter "redirekt", expected endpoint, region/],
    ["s3://bucket?redirect=yes", /expected redirect=true or redirect=false/],
    ["s3://bucket?region=a&region=b", /expected region once/],
    ["s3://bucket?region=eu central", /expected region to be a name/],
    ["s3://bucket?endpoint=minio:9000", /expected endpoint to be a URL/],
    ["s3://bucket?endpoint=http://user:secret@minio", /expected endpoint to be a URL/],
  ] as const) {
    assert.throws(
      () => parseS3Url(url),
      (error) => error instanceof StorageUrlError && message.test(error.message),
      url,
    );
  }
});

test("parseS3Url() refuses credentials in the URL, and its message has none", () => {
  assert.throws(
    () => parseS3Url("s3://key:secret@bucket/prefix"),
    (error) => /AWS_ACCESS_KEY_ID/.test(String(error)) && !/secret@|key:/.test(String(error)),
  );
});

test("parseS3Url() reads bucket and prefix, for AWS and for servers elsewhere", () => {
  assert.deepEqual(parseS3Url("s3://bucket"), {
    bucket: "bucket",
    prefix: "",
    endpoint: undefined,
    region: undefined,
    forcePathStyle: false,
    redirect: false,
  });
  const url = "s3://My.bucket/one/two/?endpoint=https://s3.example.com:9000&redirect=true";
  assert.deepEqual(parseS3Url(url), {
    bucket: "My.bucket",
    prefix: "one/two/",
    endpoint: "https://s3.example.com:9000",
    region: "us-east-1",
    forcePathStyle: true,
    redirect: true,
  });
  const hosted = parseS3Url(`${url}&forcePathStyle=false&region=eu-central-1`);
  assert.deepEqual([hosted.forcePathStyle, hosted.region], [false, "eu-central-1"]);
});
