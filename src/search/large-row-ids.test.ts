import assert from "node:assert/strict";
import { test } from "node:test";
import { createIndexFile, IN_MEMORY } from "./index-file.ts";

test("a row id past what a number can hold, as FTS5 leaves one after a merge, stops no later write", () => {
  const index = createIndexFile(IN_MEMORY);
  const rowid = 9_009_535_716_950_016n;
  index.prepare("INSERT INTO tokens (rowid, document) VALUES (?, ?)").run(rowid, "token");
  index.prepare("DELETE FROM tokens WHERE rowid = ?").run(rowid);
  index.setState("name", "value");
  assert.equal(index.getState("name"), "value");
  index.close();
});
