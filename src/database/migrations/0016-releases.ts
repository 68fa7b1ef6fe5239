import { columnTypes } from "./column-types.ts";
import type { SchemaContext } from "./migration.ts";

/** What Helm keeps of the charts that users installed. */
export async function migration({ transaction, kind }: SchemaContext): Promise<void> {
  const { text, integer, bytes, asTable } = columnTypes(kind);
  const { schema } = transaction;
  await schema
    .createTable("release_owners")
    .addColumn("user_name", text, (column) =>
      column.primaryKey().notNull().references("users.name").onDelete("cascade"),
    )
    .addColumn("version", integer, (column) => column.notNull())
    .$call(asTable)
    .execute();
  await schema
    .createTable("releases")
    .addColumn("user_name", text, (column) =>
      column.notNull().references("release_owners.user_name").onDelete("cascade"),
    )
    .addColumn("name", text, (column) => column.notNull())
    .addColumn("uid", text, (column) => column.notNull())
    .addColumn("version", integer, (column) => column.notNull())
    .addColumn("created_at", integer, (column) => column.notNull())
    // Before what is long, so that a sum need not read that.
    .addColumn("size_bytes", integer, (column) => column.notNull())
    .addColumn("metadata", text, (column) => column.notNull())
    .addColumn("content", bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint("releases_key", ["user_name", "name"])
    .$call(asTable)
    .execute();
}
