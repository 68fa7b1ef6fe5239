import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, mock, test } from "node:test";
import { nodeFiles } from "../blob-storage/files.ts";
import { DataFolderInUseError } from "./data-lock.ts";
import { DatabaseInUseError, lockPlaces, StorageInUseError } from "./place-locks.ts";

const root = mkdtempSync(join(tmpdir(), "imagehub-places-"));
after(() => rmSync(root, { recursive: true }));

const warnings: string[] = [];
const lock = (places: Partial<Parameters<typeof lockPlaces>[0]>) =>
  lockPlaces(
    {
      dataFolder: join(root, `data-${++count}`),
      databaseUrl: "postgres://localhost/hub",
      storageUrl: "memory:",
      ...places,
    },
    (message) => warnings.push(message),
  );
let count = 0;

for (const [what, places, error] of [
  ["a data folder", { dataFolder: join(root, "data") }, DataFolderInUseError],
  ["an SQLite file", { databaseUrl: `sqlite:${join(root, "a/hub.db")}` }, DatabaseInUseError],
  ["a folder of blobs", { storageUrl: `file:${join(root, "b/blobs")}` }, StorageInUseError],
] as const) {
  test(`${what} is one hub's alone, whatever else two have of their own`, async () => {
    const unlock = await lock(places);
    await assert.rejects(lock(places), error);
    unlock();
    (await lock(places))();
    assert.deepEqual(warnings, []);
  });
}

test("who is refused one place lets go of the others", async () => {
  const storageUrl = `file:${join(root, "held")}`;
  const unlock = await lock({ storageUrl });
  const other = { dataFolder: join(root, "other"), databaseUrl: `sqlite:${join(root, "other.db")}` };
  await assert.rejects(lock({ ...other, storageUrl }), StorageInUseError);
  (await lock(other))();
  unlock();
});

test("blobs may lie in the data folder itself, by whatever name, and are one hub's alone there too", async () => {
  const dataFolder = join(root, "both");
  const link = join(root, "link-to-both");
  mkdirSync(dataFolder);
  symlinkSync(dataFolder, link);
  for (const folder of [dataFolder, link]) {
    const storageUrl = `file:${folder}`;
    const unlock = await lock({ dataFolder, storageUrl });
    await assert.rejects(lock({ storageUrl }), StorageInUseError);
    unlock();
    assert.deepEqual(warnings, []);
  }
});

test("a folder that is made for a lock outlives a power cut, with those above it", async () => {
  const opened = mock.method(nodeFiles, "openFolder");
  const folder = join(root, "made/for/blobs");
  (await lock({ storageUrl: `file:${folder}` }))();
  const synced = new Set(opened.mock.calls.map(({ arguments: [path] }) => path));
  for (const parent of [root, join(root, "made"), join(root, "made/for")])
    assert.ok(synced.has(parent), parent);
  opened.mock.restore();
});

test("a place that cannot be locked is warned of: whoever opens it says more", async () => {
  const file = join(root, "file");
  writeFileSync(file, "");
  (await lock({ storageUrl: `file:${file}` }))();
  assert.match(warnings.splice(0).join(), /file\/lock cannot be locked .*no other hub/);
});
