import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createMemoryStorage } from "../blob-storage/memory.ts";
import type { Database } from "../database/database.ts";
import { openDatabase } from "../database/open.ts";
import { snapshotName } from "./backup/snapshot-name.ts";
import { findLeftSnapshot } from "./left-snapshot.ts";

const folder = await mkdtemp(join(tmpdir(), "imagehub-left-"));
let database: Database;
before(async () => {
  database = await openDatabase(`sqlite:${join(folder, "hub.db")}`);
});
after(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

const OLDER = snapshotName(new Date("2026-11-22T03:00:00Z"), "1f0e8a3c-of-another");
const NEWEST = snapshotName(new Date("2026-11-23T03:00:00Z"), "1f0e8a3c-of-another");

test("an empty database is told of the newest snapshot of another, and not of its own", async () => {
  const storage = await storageWith(OLDER, NEWEST, snapshotName(new Date(), database.incarnation), "foreign");
  const { logger, warnings } = recordingLogger();
  assert.equal((await findLeftSnapshot({ database, storage, logger }))?.name, NEWEST);
  assert.match(warnings.join("\n"), /2026-11-23T03:00:00\.000Z.*imagehub restore --from-storage$/);
});

test("storage without snapshots of another database is no reason to warn", async () => {
  const storage = await storageWith(snapshotName(new Date(), database.incarnation));
  const { logger, warnings } = recordingLogger();
  assert.equal(await findLeftSnapshot({ database, storage, logger }), undefined);
  assert.deepEqual(warnings, []);
});

test("a list of snapshots that fails keeps no hub from starting", async () => {
  const { logger, warnings } = recordingLogger();
  assert.equal(await findLeftSnapshot({ database, storage: failingStorage(), logger }), undefined);
  assert.match(warnings.join("\n"), /cannot look for snapshots/);
});

test("a hub with repositories does not ask its storage", async () => {
  await database.write((transaction) =>
    transaction
      .insertInto("repositories")
      .values({
        name: "org/app",
        organization: "org",
        visibility: "private",
        immutable_tags: "[]",
        pulls: 0,
        created_at: 0,
      })
      .execute(),
  );
  const { logger, warnings } = recordingLogger();
  assert.equal(await findLeftSnapshot({ database, storage: failingStorage(), logger }), undefined);
  assert.deepEqual(warnings, []);
});

async function storageWith(...names: string[]) {
  const storage = createMemoryStorage();
  for (const name of names) await storage.snapshots.write(name, bytes());
  return storage;
}

async function* bytes(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("dump");
}

function failingStorage() {
  const { snapshots } = createMemoryStorage();
  return { snapshots: { ...snapshots, list: isAway } };
}

function isAway(): never {
  throw new Error("storage is away");
}

function recordingLogger() {
  const warnings: string[] = [];
  return { warnings, logger: { warn: (_facts: object, message: string) => void warnings.push(message) } };
}
