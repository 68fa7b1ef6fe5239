import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { DataFolderError, DataFolderInUseError, lockDataFolder } from "./data-lock.ts";

const root = mkdtempSync(join(tmpdir(), "imagehub-lock-"));
after(() => rmSync(root, { recursive: true }));

test("a folder is made and locked, and can be locked again once it was let go", () => {
  const folder = join(root, "a/b");
  lockDataFolder(folder)();
  const unlock = lockDataFolder(folder);
  assert.throws(() => lockDataFolder(folder), DataFolderInUseError);
  unlock();
  lockDataFolder(folder)();
});

test("who comes second is told who holds the folder and where", () => {
  const folder = join(root, "held");
  const unlock = lockDataFolder(folder);
  assert.throws(() => lockDataFolder(folder), {
    message: /another hub, which has just started, works on it/,
  });
  writeFileSync(join(folder, "hub.json"), JSON.stringify({ url: "http://127.0.0.1:5000", pid: 4711 }));
  assert.throws(() => lockDataFolder(folder), {
    message: /the hub with process id 4711 at http:\/\/127\.0\.0\.1:5000 works on it.*--data/,
  });
  assert.ok(existsSync(join(folder, "hub.json")));
  unlock();
});

test("what a killed hub told of itself goes with the next lock", () => {
  const folder = join(root, "killed");
  lockDataFolder(folder)();
  writeFileSync(join(folder, "hub.json"), "{}");
  lockDataFolder(folder)();
  assert.equal(existsSync(join(folder, "hub.json")), false);
});

test("a folder that cannot be used is named, with what to do", () => {
  const file = join(root, "file");
  writeFileSync(file, "");
  assert.throws(
    () => lockDataFolder(file),
    (error) => error instanceof DataFolderError && /choose another with --data/.test(error.message),
  );
  const folder = join(root, "no-database");
  lockDataFolder(folder)();
  writeFileSync(join(folder, "lock"), "this is no database at all".repeat(100));
  assert.throws(() => lockDataFolder(folder), DataFolderError);
});
