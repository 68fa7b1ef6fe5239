import assert from "node:assert/strict";
import { test } from "node:test";
import { parseKeywords, whyNoKeywords } from "./keywords.ts";

test("too many keywords and too long ones are told apart", () => {
  assert.equal(whyNoKeywords(Array.from({ length: 21 }, (_, index) => `k${index}`).join(",")), "tooMany");
  assert.equal(whyNoKeywords("k".repeat(64)), "tooLong");
  assert.equal(whyNoKeywords(""), undefined);
});

test("keywords stand between commas, Chinese ones too, and may have spaces", () => {
  assert.deepEqual(parseKeywords(" key value store，数据库、redis, redis ,"), [
    "key value store",
    "数据库",
    "redis",
  ]);
});
