import { columnTypes } from "./column-types.ts";
import type { SchemaContext } from "./migration.ts";

/** Tokens that people make for themselves. */
export async function migration({ transaction, kind }: SchemaContext): Promise<void> {
  const { text, integer, asTable } = columnTypes(kind);
  const { schema } = transaction;
  await schema
    .createTable("tokens")
    .addColumn("id", text, (column) => column.primaryKey().notNull())
    .addColumn("hash", text, (column) => column.notNull().unique())
    .addColumn("owner", text, (column) => column.notNull().references("users.name").onDelete("cascade"))
    // No foreign key: rows are put back from a dump in any order.
    .addColumn("parent", text)
    .addColumn("name", text, (column) => column.notNull())
    .addColumn("scopes", text, (column) => column.notNull())
    .addColumn("repositories", text, (column) => column.notNull())
    .addColumn("created_at", integer, (column) => column.notNull())
    .addColumn("expires_at", integer)
    .addColumn("last_used_at", integer)
    .$call(asTable)
    .execute();
  await schema.createIndex("tokens_by_owner").on("tokens").columns(["owner", "created_at"]).execute();
  await schema.createIndex("tokens_by_parent").on("tokens").columns(["parent"]).execute();
}
