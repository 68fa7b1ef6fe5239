import type { Database, Queryable } from "../../database/database.ts";
import type { ResourceHistoryTable } from "../../database/tables.ts";
import { KINDS, type Kind } from "../../resources/kinds.ts";
import { ExpiredError } from "../errors.ts";
import { lockResources } from "./versions.ts";

/** As long as Kubernetes keeps it in etcd: a client that was away for less goes on without a new list. */
export const HISTORY_MS = 5 * 60 * 1000;

/** Settings that hold, for each kind, the last version whose change is no longer in the history. */
const FLOOR_PREFIX = "history_floor.";

/** Changes after a version, in order, at most `limit`; of one kind or of all. */
export async function readHistory(
  queryable: Queryable,
  { after, upTo, kind, limit }: { after: number; upTo?: number; kind?: Kind; limit: number },
): Promise<ResourceHistoryTable[]> {
  let query = queryable
    .selectFrom("resource_history")
    .selectAll()
    .where("resource_version", ">", after)
    .orderBy("resource_version")
    .limit(limit);
  if (upTo !== undefined) query = query.where("resource_version", "<=", upTo);
  if (kind !== undefined) query = query.where("kind", "=", kind);
  return query.execute();
}

/**
 * Checks that no change of this kind after `version` has been pruned. To be called after the history was read, so
 * that a prune in between is noticed.
 * @throws ExpiredError
 */
export async function requireHistorySince(queryable: Queryable, kind: Kind, version: number): Promise<void> {
  const floor = (await readFloors(queryable)).get(kind) ?? 0;
  if (floor <= version) return;
  throw new ExpiredError(
    `Cannot go on from resourceVersion ${version}: changes of ${kind} are kept for ${HISTORY_MS / 60_000} minutes, list again`,
  );
}

/** Removes changes made before a time (milliseconds since 1970), and remembers up to which version. */
export async function pruneHistory(database: Database, before: number): Promise<void> {
  const isOld = database.read
    .selectFrom("resource_history")
    .select("resource_version")
    .where("changed_at", "<", before)
    .limit(1);
  if ((await isOld.executeTakeFirst()) === undefined) return;
  await database.write(async (transaction) => {
    // Two hubs that prune at once would each lower what the other raised; and a hub whose clock is behind would commit,
    // between the two statements, a change that is removed without a word.
    await lockResources(transaction, database.kind);
    const pruned = await transaction
      .selectFrom("resource_history")
      .select(({ fn }) => ["kind", fn.max("resource_version").as("floor")])
      .where("changed_at", "<", before)
      .groupBy("kind")
      .execute();
    for (const { kind, floor } of pruned) await raiseFloor(transaction, kind, floor);
    await transaction.deleteFrom("resource_history").where("changed_at", "<", before).execute();
  });
}

/** Removes all changes, so that nobody goes on from a version before this one. */
export async function clearHistory(queryable: Queryable, version: number): Promise<void> {
  await queryable.deleteFrom("resource_history").execute();
  for (const kind of Object.keys(KINDS)) await raiseFloor(queryable, kind, version);
}

async function raiseFloor(queryable: Queryable, kind: string, floor: number): Promise<void> {
  const before = (await readFloors(queryable)).get(kind) ?? 0;
  const value = String(Math.max(before, floor));
  await queryable
    .insertInto("settings")
    .values({ name: FLOOR_PREFIX + kind, value })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ value }))
    .execute();
}

async function readFloors(queryable: Queryable): Promise<Map<string, number>> {
  const rows = await queryable
    .selectFrom("settings")
    .selectAll()
    .where("name", ">=", FLOOR_PREFIX)
    .where("name", "<", `${FLOOR_PREFIX}~`)
    .execute();
  return new Map(rows.map(({ name, value }) => [name.slice(FLOOR_PREFIX.length), Number(value)]));
}
