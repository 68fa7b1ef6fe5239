import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { newestChange } from "./newest-change.ts";

test("the newest file counts, however deep, and a removal shows in its folder", (t) => {
  const root = mkdtempSync(`${tmpdir()}/newest-change-`);
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(`${root}/a/b`, { recursive: true });
  writeFileSync(`${root}/a/b/deep`, "");
  writeFileSync(`${root}/a/old`, "");
  const setTimes = (...names: string[]) => names.forEach((name) => utimesSync(`${root}${name}`, 100, 100));
  setTimes("/a/b/deep", "/a/old", "/a/b", "/a", "");
  assert.equal(newestChange([root]), 100_000);

  utimesSync(`${root}/a/b/deep`, 200, 200);
  assert.equal(newestChange([root]), 200_000);

  rmSync(`${root}/a/b/deep`);
  assert.ok((newestChange([root]) ?? 0) > 200_000);
});

test("what does not exist has no time", () => {
  assert.equal(newestChange(["/nowhere/at/all"]), undefined);
});
