import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, test } from "node:test";
import { pino } from "pino";
import { createMemoryStorage } from "../blob-storage/memory.ts";
import type { BlobStorage } from "../blob-storage/port.ts";
import type { Database } from "../database/database.ts";
import { verifyDump } from "../database/dump/read-dump.ts";
import { openDatabase } from "../database/open.ts";
import { openPglite } from "../database/pglite.ts";
import { claimSnapshot, recordSnapshot, SNAPSHOT_EVERY_MS } from "./backup/snapshot-claim.ts";
import { snapshotName } from "./backup/snapshot-name.ts";
import { removeOldSnapshots } from "./backup/take-snapshot.ts";
import { startSnapshotSchedule } from "./snapshot-schedule.ts";

const HOUR_MS = 60 * 60 * 1000;
const START = Date.parse("2026-11-24T10:15:00Z");

const folder = await mkdtemp(join(tmpdir(), "imagehub-snapshots-"));
after(() => rm(folder, { recursive: true }));

for (const [name, open] of [
  ["SQLite", () => openDatabase(`sqlite:${join(folder, "claim.db")}`)],
  ["PostgreSQL (PGlite)", openPglite],
] as const) {
  test(`of all hubs on a database one writes a snapshot a day: ${name}`, async () => {
    const database = await open();
    after(() => database.close());
    const claims = await Promise.all([1, 2, 3].map(() => claimSnapshot(database, START)));
    assert.deepEqual(claims.toSorted(), [false, false, true]);
    assert.equal(await claimSnapshot(database, START + HOUR_MS - 1), false);
    // The one that claimed it has failed.
    assert.equal(await claimSnapshot(database, START + HOUR_MS), true);
    await recordSnapshot(database, START + HOUR_MS);
    assert.equal(await claimSnapshot(database, START + HOUR_MS + SNAPSHOT_EVERY_MS - 1), false);
    assert.equal(await claimSnapshot(database, START + HOUR_MS + SNAPSHOT_EVERY_MS), true);
  });
}

test("snapshots are written day after day and kept for their time, those of another life for ever", async () => {
  const database = await openDatabase(`sqlite:${join(folder, "hub.db")}`);
  const storage = createMemoryStorage();
  await addRepository(database);
  const foreign = snapshotName(new Date(START - 300 * SNAPSHOT_EVERY_MS), "anotherlife");
  await storage.snapshots.write(foreign, Readable.from([Buffer.from("x")]));
  let now = START;
  const written: string[] = [];
  const third = Promise.withResolvers<void>();
  const schedule = start({
    database,
    storage,
    now: () => now,
    onLine: (line) => {
      written.push(line);
      now += SNAPSHOT_EVERY_MS;
      if (written.length === 4) third.resolve();
    },
  });
  await third.promise;
  await schedule.close();
  assert.match(written[3] ?? "", /"name":"database-20261127T101500000Z-[0-9a-f]{8}.jsonl.zst","removed":1/);
  const names = await namesIn(storage);
  assert.deepEqual(
    names.filter((name) => name !== foreign).map((name) => name.slice(0, 17)),
    ["database-20261125", "database-20261126", "database-20261127"],
  );
  assert.ok(names.includes(foreign));
  const summary = await verifyDump(await storage.snapshots.read(names.at(-1) ?? ""));
  assert.equal(summary.rows["repositories"], 1);

  // Whoever looks after a long time finds the newest, however old it is.
  await removeOldSnapshots({ database, storage }, new Date(START + 1000 * SNAPSHOT_EVERY_MS));
  assert.deepEqual(await namesIn(storage), [foreign, names.at(-1)]);
  await database.close();
});

test("a hub without content writes no snapshot, nor does one that is told to keep none; a failure ends nothing", async () => {
  const database = await openDatabase(`sqlite:${join(folder, "empty.db")}`);
  const storage = createMemoryStorage();
  const looks = Promise.withResolvers<void>();
  let count = 0;
  const watched = watching(database, () => {
    count += 1;
    if (count === 3) looks.resolve();
  });
  const empty = start({ database: watched, storage });
  await looks.promise;
  await empty.close();
  await addRepository(database);
  await start({ database, storage, keepMs: 0 }).close();
  assert.deepEqual(await namesIn(storage), []);

  const failed = Promise.withResolvers<string>();
  const failing = {
    ...storage,
    snapshots: { ...storage.snapshots, write: () => Promise.reject(new Error("no room")) },
  };
  const schedule = start({ database, storage: failing, onLine: failed.resolve });
  assert.match(await failed.promise, /no room.*snapshot of the database failed/);
  await schedule.close();
  await database.close();
});

function start(options: {
  database: Database;
  storage: BlobStorage;
  keepMs?: number;
  now?: () => number;
  onLine?: (line: string) => void;
}) {
  const { onLine = () => undefined, keepMs = 2 * SNAPSHOT_EVERY_MS, ...rest } = options;
  return startSnapshotSchedule({
    ...rest,
    keepMs,
    logger: pino({}, { write: onLine }),
    firstAfterMs: 0,
    lookEveryMs: 1,
  });
}

/** Tells of each look at the database. */
function watching(database: Database, onRead: () => void): Database {
  return {
    ...database,
    get read() {
      onRead();
      return database.read;
    },
  };
}

async function namesIn({ snapshots }: BlobStorage): Promise<string[]> {
  const stored = await Array.fromAsync(snapshots.list());
  return stored.map(({ name }) => name).toSorted();
}

async function addRepository(database: Database): Promise<void> {
  await database.write((transaction) =>
    transaction
      .insertInto("repositories")
      .values({
        name: "org/app",
        organization: "org",
        visibility: "public",
        immutable_tags: "[]",
        newest_tag: null,
        pulls: 0,
        created_at: 0,
      })
      .execute(),
  );
}
