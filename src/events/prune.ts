import type { Database, Queryable, WriteTransaction } from "../database/database.ts";
import { raiseFloor, takeVersions } from "./versions.ts";

/** As Kubernetes keeps events. */
export const KEPT_MS = 60 * 60 * 1000;
/** Of one resource: what happens more often is old when it is read. */
export const MAX_AN_OBJECT = 20;
/** Of all: some 10 MB. */
export const MAX_EVENTS = 10_000;
/** Watches are told of what was removed so long ago, as of resources. */
export const REMOVED_KEPT_MS = 5 * 60 * 1000;
/** Rows that a transaction changes: others wait for it. */
const BATCH = 200;

export interface PruneLimits {
  now: number;
  /** Default MAX_AN_OBJECT. */
  maxAnObject?: number;
  /** Default MAX_EVENTS. */
  maxEvents?: number;
}

/** Removes what is old, and what is too much: first for readers, then, minutes later, from the database. */
export async function pruneEvents(database: Database, limits: PruneLimits): Promise<void> {
  for (const find of [findOld, findTooManyOfOne, findTooMany]) {
    while ((await removeFound(database, limits, find)) === BATCH);
  }
  await forgetRemoved(database, limits);
}

type Find = (queryable: Queryable, limits: PruneLimits) => Promise<string[]>;

async function removeFound(database: Database, limits: PruneLimits, find: Find): Promise<number> {
  // Mostly there is nothing to do, and then nothing is written.
  if ((await find(database.read, limits)).length === 0) return 0;
  return database.write(
    async (transaction) => {
      // Taken first: whoever else removes waits here.
      const first = await takeVersions(transaction, BATCH);
      const names = await find(transaction, limits);
      for (const [index, name] of names.entries()) {
        await remove(transaction, { name, version: first + index, now: limits.now });
      }
      return names.length;
    },
    { relaxed: true },
  );
}

async function remove(
  transaction: WriteTransaction,
  { name, version, now }: { name: string; version: number; now: number },
): Promise<void> {
  await transaction
    .updateTable("events")
    .set({ removed_at: now, version })
    .where("name", "=", name)
    .execute();
}

async function findOld(queryable: Queryable, { now }: PruneLimits): Promise<string[]> {
  const rows = await queryable
    .selectFrom("events")
    .select("name")
    .where("removed_at", "is", null)
    .where("last_at", "<", now - KEPT_MS)
    .limit(BATCH)
    .execute();
  return rows.map(({ name }) => name);
}

async function findTooManyOfOne(
  queryable: Queryable,
  { maxAnObject = MAX_AN_OBJECT }: PruneLimits,
): Promise<string[]> {
  const rows = await queryable
    .selectFrom((from) =>
      from
        .selectFrom("events")
        .select(["name", "kind", "object_uid"])
        .select(({ fn }) =>
          fn
            .agg<number>("row_number")
            .over((over) => over.partitionBy(["kind", "object_uid"]).orderBy("version", "desc"))
            .as("rank"),
        )
        .where("removed_at", "is", null)
        .as("ranked"),
    )
    .select("name")
    .where("rank", ">", maxAnObject)
    .limit(BATCH)
    .execute();
  return rows.map(({ name }) => name);
}

async function findTooMany(queryable: Queryable, { maxEvents = MAX_EVENTS }: PruneLimits): Promise<string[]> {
  const rows = await queryable
    .selectFrom("events")
    .select("name")
    .where("removed_at", "is", null)
    .orderBy("version", "desc")
    .limit(BATCH)
    .offset(maxEvents)
    .execute();
  return rows.map(({ name }) => name);
}

async function forgetRemoved(
  database: Database,
  { now, maxEvents = MAX_EVENTS }: PruneLimits,
): Promise<void> {
  const newest = await findForgotten(database.read, { before: now - REMOVED_KEPT_MS, maxEvents });
  if (newest === undefined) return;
  await database.write(
    async (transaction) => {
      await raiseFloor(transaction, newest);
      await transaction
        .deleteFrom("events")
        .where("removed_at", "is not", null)
        .where("version", "<=", newest)
        .execute();
    },
    { relaxed: true },
  );
}

/** The last version that nobody needs any more: removed long ago, or before too many others. */
async function findForgotten(
  queryable: Queryable,
  { before, maxEvents }: { before: number; maxEvents: number },
): Promise<number | undefined> {
  const removed = queryable.selectFrom("events").select("version").where("removed_at", "is not", null);
  const old = await removed
    .where("removed_at", "<", before)
    .orderBy("version", "desc")
    .limit(1)
    .executeTakeFirst();
  const many = await removed.orderBy("version", "desc").limit(1).offset(maxEvents).executeTakeFirst();
  const versions = [old, many].flatMap((row) => row?.version ?? []);
  return versions.length === 0 ? undefined : Math.max(...versions);
}
