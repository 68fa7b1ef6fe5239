import assert from "node:assert/strict";
import { test } from "node:test";
import { toRepositoryState, toSearchState } from "./url-state.ts";

test("a search page keeps what it knows of its URL, and drops the rest", () => {
  const search = { q: "mysql", keyword: "", type: 7, platform: "linux/arm64", sort: "pulls", page: "2" };
  assert.deepEqual(toSearchState(search), { q: "mysql", platform: "linux/arm64", sort: "pulls" });
});

test("an unknown order is no order", () => {
  assert.deepEqual(toSearchState({ sort: "sideways" }), {});
});

test("a repository page opens the tags only when its URL says so", () => {
  assert.deepEqual(toRepositoryState({ tag: "v1", view: "tags" }), { tag: "v1", view: "tags" });
  assert.deepEqual(toRepositoryState({ tag: ["v1"], view: "layers" }), {});
});
