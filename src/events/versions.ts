import { sql } from "kysely";
import type { Queryable, WriteTransaction } from "../database/database.ts";

/** Versions of events are their own: those of resources have a change each, and cost a push more. */
const VERSION_SETTING = "event_version";
/** Of what is no longer known: who watches from an earlier version lists again. */
const FLOOR_SETTING = "event_floor";
/** 0 would mean "any" to a Kubernetes client. */
const FIRST_VERSION = 1;

/**
 * Takes the next `count` versions. Until its commit nobody else takes any, so they grow in commit order: the row of the
 * setting is locked.
 * @returns the first of them
 */
export async function takeVersions(transaction: WriteTransaction, count: number): Promise<number> {
  const row = await transaction
    .insertInto("settings")
    .values({ name: VERSION_SETTING, value: String(FIRST_VERSION + count) })
    .onConflict((conflict) =>
      conflict.column("name").doUpdateSet({
        value: sql`CAST(CAST(settings.value AS BIGINT) + ${sql.lit(count)} AS TEXT)`,
      }),
    )
    .returning("value")
    .executeTakeFirst();
  return Number(row?.value) - count + 1;
}

/** The version given last, of what is committed. */
export async function currentVersion(queryable: Queryable): Promise<number> {
  return readNumber(queryable, VERSION_SETTING, FIRST_VERSION);
}

export async function currentFloor(queryable: Queryable): Promise<number> {
  return readNumber(queryable, FLOOR_SETTING, 0);
}

/** Raises the floor; of two hubs that do so at once the lower one changes nothing. */
export async function raiseFloor(transaction: WriteTransaction, version: number): Promise<void> {
  const value = String(version);
  await transaction
    .insertInto("settings")
    .values({ name: FLOOR_SETTING, value })
    .onConflict((conflict) =>
      conflict
        .column("name")
        .doUpdateSet({ value })
        .where(sql`CAST(settings.value AS BIGINT)`, "<", version),
    )
    .execute();
}

async function readNumber(queryable: Queryable, name: string, missing: number): Promise<number> {
  const row = await queryable
    .selectFrom("settings")
    .select("value")
    .where("name", "=", name)
    .executeTakeFirst();
  return row ? Number(row.value) : missing;
}
