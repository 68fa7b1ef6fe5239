import { sql, type RawBuilder } from "kysely";
import type { Database, WriteTransaction } from "../database/database.ts";
import { prepareStatement } from "../database/prepared.ts";
import type { EventTable } from "../database/tables.ts";
import { takeVersions } from "./versions.ts";

/** An event as it is recorded; one of the same name is counted on. */
export type NewEvent = Omit<EventTable, "added_version" | "version" | "removed_at">;

/** Writes events, together. After a power failure some may be missing: nobody was told that they are there. */
export async function writeEvents(database: Database, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  await database.write(
    async (transaction: WriteTransaction) => {
      const first = await takeVersions(transaction, events.length);
      for (const [index, event] of events.entries()) {
        const version = first + index;
        await upsert.all(transaction, { ...event, version, added_version: version });
      }
    },
    { relaxed: true },
  );
}

const upsert = prepareStatement((queryable, row: Omit<EventTable, "removed_at">) =>
  queryable
    .insertInto("events")
    .values({
      name: row.name,
      uid: row.uid,
      kind: row.kind,
      object_name: row.object_name,
      object_uid: row.object_uid,
      object_version: row.object_version,
      repository: row.repository,
      type: row.type,
      reason: row.reason,
      message: row.message,
      count: row.count,
      first_at: row.first_at,
      last_at: row.last_at,
      added_version: row.added_version,
      version: row.version,
      removed_at: null,
    })
    .onConflict((conflict) =>
      conflict.column("name").doUpdateSet(({ ref }) => ({
        uid: unlessRemoved("uid"),
        first_at: unlessRemoved("first_at"),
        added_version: unlessRemoved("added_version"),
        count: sql<number>`excluded.count + CASE WHEN events.removed_at IS NULL THEN events.count ELSE 0 END`,
        object_version: ref("excluded.object_version"),
        last_at: ref("excluded.last_at"),
        version: ref("excluded.version"),
        removed_at: null,
      })),
    ),
);

/** What was there stays; of one that was removed, another begins. */
function unlessRemoved<Column extends keyof EventTable>(column: Column): RawBuilder<EventTable[Column]> {
  return sql`CASE WHEN events.removed_at IS NULL THEN ${sql.ref(`events.${column}`)} ELSE ${sql.ref(`excluded.${column}`)} END`;
}
