import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openBlobStorage } from "./open.ts";

test("openBlobStorage() refuses what it does not know, and says what it expected", async () => {
  const expectations = [
    ["", /^Cannot open storage "": expected file:PATH, s3:\/\/BUCKET\/PREFIX\?endpoint=.* or memory:$/],
    ["data", /^Cannot open storage "data": expected file:PATH/],
    ["file:", /^Cannot open storage "file:": expected file:PATH/],
    ["file://host/path", /^Cannot open storage "file:\/\/host\/path": expected/],
    [
      "s3://bucket/prefix?redirekt=true",
      /^Cannot open storage "s3:.*: unknown parameter "redirekt", expected endpoint/,
    ],
  ] as const;
  for (const [url, message] of expectations) {
    await assert.rejects(openBlobStorage(url), { message });
  }
});

test("openBlobStorage() names a folder that cannot be made", async () => {
  await assert.rejects(openBlobStorage("file:/proc/nope"), {
    name: "StorageFolderError",
    message: /^Cannot open storage file:\/proc\/nope: its folder cannot be used .*; choose another folder$/,
  });
});

test("openBlobStorage() takes file:PATH and file:///PATH, and makes the folders", async () => {
  const folder = await mkdtemp(join(tmpdir(), "imagehub-open-"));
  try {
    for (const url of [`file:${folder}/one/two`, `file://${folder}/three`]) {
      await (await openBlobStorage(url)).close();
    }
    assert.deepEqual((await readdir(folder)).toSorted(), ["one", "three"]);
    assert.deepEqual((await readdir(join(folder, "one/two"))).toSorted(), ["docker", "uploads"]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
