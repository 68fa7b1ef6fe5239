import { columnTypes } from "./column-types.ts";
import type { SchemaContext } from "./migration.ts";

/** Robots of organizations, and the refresh tokens of clients that keep one in the place of a password. */
export async function migration({ transaction, kind }: SchemaContext): Promise<void> {
  const { text, integer, asTable } = columnTypes(kind);
  const { schema } = transaction;
  await schema
    .createTable("robots")
    .addColumn("id", text, (column) => column.primaryKey().notNull())
    .addColumn("hash", text, (column) => column.notNull().unique())
    .addColumn("organization", text, (column) =>
      column.notNull().references("organizations.name").onDelete("cascade"),
    )
    .addColumn("name", text, (column) => column.notNull())
    .addColumn("scopes", text, (column) => column.notNull())
    .addColumn("repositories", text, (column) => column.notNull())
    .addColumn("created_by", text, (column) => column.notNull())
    .addColumn("created_at", integer, (column) => column.notNull())
    .addColumn("expires_at", integer)
    .addColumn("last_used_at", integer)
    .addUniqueConstraint("robots_by_name", ["organization", "name"])
    .$call(asTable)
    .execute();
  await schema
    .createTable("refresh_tokens")
    .addColumn("hash", text, (column) => column.primaryKey().notNull())
    .addColumn("name", text, (column) => column.notNull())
    .addColumn("credential", text, (column) => column.notNull())
    .addColumn("created_at", integer, (column) => column.notNull())
    .addColumn("used_at", integer, (column) => column.notNull())
    .$call(asTable)
    .execute();
  await schema
    .createIndex("refresh_tokens_by_name")
    .on("refresh_tokens")
    .columns(["name", "used_at"])
    .execute();
}
