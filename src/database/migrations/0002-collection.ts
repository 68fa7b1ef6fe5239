import { KNOWN_SINCE_SETTING } from "../settings.ts";
import { columnTypes } from "./column-types.ts";
import type { SchemaContext } from "./migration.ts";

/** What garbage collection asks: when a manifest was used last, and since when the database knows what is stored. */
export async function migration({ transaction, kind }: SchemaContext): Promise<void> {
  const { integer } = columnTypes(kind);
  await transaction.schema
    .alterTable("manifests")
    .addColumn("pulled_at", integer, (column) => column.notNull().defaultTo(0))
    .execute();
  await transaction
    .insertInto("settings")
    .values({ name: KNOWN_SINCE_SETTING, value: String(Date.now()) })
    .execute();
}
