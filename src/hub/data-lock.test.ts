import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { DataFolderError, DataFolderInUseError, lockDataFolder } from "./data-lock.ts";

const root = mkdtempSync(join(tmpdir(), "imagehub-lock-"));
after(() => rmSync(root, { recursive: true }));

test("a folder is made and locked, and can be locked again once it was let go", async () => {
  const folder = join(root, "a/b");
  (await lockDataFolder(folder))();
  const unlock = await lockDataFolder(folder);
  await assert.rejects(lockDataFolder(folder), DataFolderInUseError);
  unlock();
  (await lockDataFolder(folder))();
});

test("who comes second is told who holds the folder and where", async () => {
  const folder = join(root, "held");
  const unlock = await lockDataFolder(folder);
  await assert.rejects(lockDataFolder(folder), {
    message: /another hub, which has just started, works on it/,
  });
  writeFileSync(join(folder, "hub.json"), JSON.stringify({ url: "http://127.0.0.1:5000", pid: 4711 }));
  await assert.rejects(lockDataFolder(folder), {
    message: /the hub with process id 4711 at http:\/\/127\.0\.0\.1:5000 works on it.*--data/,
  });
  assert.ok(existsSync(join(folder, "hub.json")));
  unlock();
});

test("what a killed hub told of itself goes with the next lock", async () => {
  const folder = join(root, "killed");
  (await lockDataFolder(folder))();
  writeFileSync(join(folder, "hub.json"), "{}");
  (await lockDataFolder(folder))();
  assert.equal(existsSync(join(folder, "hub.json")), false);
});

test("a folder that cannot be used is named, with what to do", async () => {
  const file = join(root, "file");
  writeFileSync(file, "");
  await assert.rejects(
    lockDataFolder(file),
    (error) => error instanceof DataFolderError && /choose another with --data/.test(error.message),
  );
  for (const nowhere of ["/proc/nope", "/proc/nope/below"]) {
    await assert.rejects(lockDataFolder(nowhere), DataFolderError);
  }
  const folder = join(root, "no-database");
  (await lockDataFolder(folder))();
  writeFileSync(join(folder, "lock"), "this is no database at all".repeat(100));
  await assert.rejects(lockDataFolder(folder), DataFolderError);
});
