import type { Database, Queryable } from "../../database/database.ts";

/** When a snapshot was written last, and when a hub last set out to write one: milliseconds since 1970, as text. */
const WRITTEN_SETTING = "snapshot-written-at";
const CLAIMED_SETTING = "snapshot-claimed-at";

/** From one snapshot to the next. */
export const SNAPSHOT_EVERY_MS = 24 * 60 * 60 * 1000;
/** A hub that claimed a snapshot and did not write it by then has failed, and another tries. */
const CLAIM_MS = 60 * 60 * 1000;

/** Whether this hub, of all that share the database, is to write a snapshot now. */
export async function claimSnapshot(database: Database, now: number): Promise<boolean> {
  if ((await readTime(database.read, WRITTEN_SETTING)) > now - SNAPSHOT_EVERY_MS) return false;
  if ((await readTime(database.read, CLAIMED_SETTING)) > now - CLAIM_MS) return false;
  return database.write(async (transaction) => {
    // Of two hubs that set out at once, one writes the row and the other finds it written.
    const claimed = await transaction
      .insertInto("settings")
      .values({ name: CLAIMED_SETTING, value: textOf(now) })
      .onConflict((conflict) =>
        conflict
          .column("name")
          .doUpdateSet({ value: textOf(now) })
          .where("settings.value", "<=", textOf(now - CLAIM_MS)),
      )
      .returning("name")
      .execute();
    return claimed.length > 0;
  });
}

export async function recordSnapshot(database: Database, now: number): Promise<void> {
  await database.write((transaction) =>
    transaction
      .insertInto("settings")
      .values({ name: WRITTEN_SETTING, value: textOf(now) })
      .onConflict((conflict) => conflict.column("name").doUpdateSet({ value: textOf(now) }))
      .execute(),
  );
}

/** As long for all times, so that text is in their order. */
function textOf(time: number): string {
  return String(Math.max(0, time)).padStart(15, "0");
}

async function readTime(queryable: Queryable, name: string): Promise<number> {
  const row = await queryable
    .selectFrom("settings")
    .select("value")
    .where("name", "=", name)
    .executeTakeFirst();
  return Number(row?.value ?? 0);
}
