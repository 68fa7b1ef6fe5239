import { randomUUID } from "node:crypto";
import type { SchemaContext } from "./migration.ts";
import { INCARNATION_SETTING } from "../settings.ts";
import { createAccountTables } from "./0001-accounts.ts";
import { createContentTables } from "./0001-content.ts";
import { createResourceTables } from "./0001-resources.ts";
import { columnTypes } from "./column-types.ts";

/** The first schema: see `tables.ts` for what each table holds. */
export async function migration(context: SchemaContext): Promise<void> {
  const { transaction, kind } = context;
  const { text, asTable } = columnTypes(kind);
  await transaction.schema
    .createTable("settings")
    .addColumn("name", text, (column) => column.primaryKey().notNull())
    .addColumn("value", text, (column) => column.notNull())
    .$call(asTable)
    .execute();
  await transaction
    .insertInto("settings")
    .values({ name: INCARNATION_SETTING, value: randomUUID() })
    .execute();
  await createContentTables(context);
  await createAccountTables(context);
  await createResourceTables(context);
}
