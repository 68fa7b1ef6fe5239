import assert from "node:assert/strict";
import { test } from "node:test";
import { systemError } from "./faulty-files.ts";
import { type Files, nodeFiles } from "./files.ts";
import { createFolders } from "./folders.ts";

/** The descriptor of the fake. */
const FILE = 1000;

test("sync() that comes while one runs waits for the next, which all who came meanwhile share", async () => {
  const disk = slowDisk();
  const { sync } = createFolders(disk.files);
  const first = sync("/folder");
  const meanwhile = [sync("/folder"), sync("/folder"), sync("/folder")];
  await new Promise(setImmediate);
  assert.equal(disk.syncs.length, 1);
  disk.syncs[0]?.resolve();
  await first;
  await new Promise(setImmediate);
  assert.equal(disk.syncs.length, 2);
  disk.syncs[1]?.resolve();
  await Promise.all(meanwhile);
  assert.equal(disk.syncs.length, 2);
});

test("sync() after one that failed tries again, and only those fail that waited for it", async () => {
  const disk = slowDisk();
  const { sync } = createFolders(disk.files);
  const first = sync("/folder");
  const second = sync("/folder");
  await new Promise(setImmediate);
  disk.syncs[0]?.reject(systemError("EIO"));
  await assert.rejects(first, { code: "EIO" });
  await new Promise(setImmediate);
  disk.syncs[1]?.resolve();
  await second;
});

test("make() makes a folder once, and tries again after a failure", async () => {
  let calls = 0;
  const files: Files = {
    ...slowDisk({ instant: true }).files,
    async mkdir() {
      calls += 1;
      if (calls === 1) {
        throw systemError("ENOSPC");
      }
    },
  };
  const { make } = createFolders(files);
  await assert.rejects(make("/a/b"), { code: "ENOSPC" });
  await Promise.all([make("/a/b"), make("/a/b")]);
  await make("/a/b");
  assert.equal(calls, 2);
});

/** Folders whose syncs end when the test says so. */
function slowDisk({ instant = false } = {}) {
  const syncs: PromiseWithResolvers<void>[] = [];
  const files: Files = {
    ...nodeFiles,
    openFolder: async () => FILE,
    close: async () => undefined,
    fsync() {
      const pending = Promise.withResolvers<void>();
      syncs.push(pending);
      return instant ? Promise.resolve() : pending.promise;
    },
  };
  return { syncs, files };
}
