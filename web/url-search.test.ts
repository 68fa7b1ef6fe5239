import assert from "node:assert/strict";
import { test } from "node:test";
import { parseUrlSearch, stringifyUrlSearch } from "./url-search.ts";

test("a tag that looks like a number keeps its digits", () => {
  assert.deepEqual(parseUrlSearch("?tag=1.10&view=tags"), { tag: "1.10", view: "tags" });
});

test("what is written is read back, spaces and Chinese too", () => {
  const values = { q: "a b&c=d", keyword: "数据库" };
  assert.deepEqual(parseUrlSearch(stringifyUrlSearch(values)), values);
});

test("empty and missing values leave no trace in the URL", () => {
  assert.equal(stringifyUrlSearch({ q: "", tag: undefined }), "");
});
