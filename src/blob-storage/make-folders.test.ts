import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { systemError } from "./faulty-files.ts";
import { nodeFiles } from "./files.ts";
import { makeFolders } from "./make-folders.ts";

const root = mkdtempSync(join(tmpdir(), "imagehub-folders-"));
after(() => rmSync(root, { recursive: true }));

test("makeFolders() ends where a parent is there and takes no folder, as within /proc", async () => {
  let calls = 0;
  const files = {
    ...nodeFiles,
    mkdir(path: string) {
      calls += 1;
      return Promise.reject(systemError(path === root ? "EEXIST" : "ENOENT"));
    },
  };
  await assert.rejects(makeFolders(join(root, "a/b"), { files }), { code: "ENOENT" });
  assert.ok(calls <= 4, String(calls));
});

test("makeFolders() says ENOENT when not even the root takes one", async () => {
  const files = { ...nodeFiles, mkdir: () => Promise.reject(systemError("ENOENT")) };
  await assert.rejects(makeFolders("/a/b/c", { files }), { code: "ENOENT" });
});

test("makeFolders() makes what is not there, with its mode, and tells the topmost that it made", async () => {
  assert.equal(await makeFolders(join(root, "made/by/it"), { mode: 0o700 }), join(root, "made"));
  for (const path of ["made", "made/by", "made/by/it"]) {
    assert.equal(statSync(join(root, path)).mode & 0o777, 0o700, path);
  }
  assert.equal(await makeFolders(join(root, "made/by/it")), undefined);
  assert.equal(await makeFolders(join(root, "made/by/her")), join(root, "made/by/her"));
});

test("makeFolders() may be called for one path many times at once", async () => {
  const folder = join(root, "at/once");
  await Promise.all(Array.from({ length: 8 }, () => makeFolders(folder)));
  assert.ok(existsSync(folder));
});

test("makeFolders() takes a link to a folder for one, and neither a file nor what is below it", async () => {
  symlinkSync(root, join(root, "link"));
  assert.equal(await makeFolders(join(root, "link")), undefined);
  writeFileSync(join(root, "file"), "");
  await assert.rejects(makeFolders(join(root, "file")), { code: "EEXIST" });
  await assert.rejects(makeFolders(join(root, "file/below")), { code: "ENOTDIR" });
});
