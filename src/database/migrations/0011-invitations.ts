import { columnTypes } from "./column-types.ts";
import type { SchemaContext } from "./migration.ts";

/** Links by which people join an organization. */
export async function migration({ transaction, kind }: SchemaContext): Promise<void> {
  const { text, integer, asTable } = columnTypes(kind);
  const { schema } = transaction;
  await schema
    .createTable("invitations")
    .addColumn("id", text, (column) => column.primaryKey().notNull())
    .addColumn("hash", text, (column) => column.notNull().unique())
    .addColumn("organization", text, (column) =>
      column.notNull().references("organizations.name").onDelete("cascade"),
    )
    .addColumn("role", text, (column) => column.notNull())
    .addColumn("uses_left", integer, (column) => column.notNull())
    .addColumn("created_by", text, (column) => column.notNull())
    .addColumn("created_at", integer, (column) => column.notNull())
    .addColumn("expires_at", integer, (column) => column.notNull())
    .$call(asTable)
    .execute();
  await schema
    .createIndex("invitations_by_organization")
    .on("invitations")
    .columns(["organization", "created_at"])
    .execute();
}
