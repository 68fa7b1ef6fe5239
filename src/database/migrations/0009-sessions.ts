import { columnTypes } from "./column-types.ts";
import type { SchemaContext } from "./migration.ts";

/** Codes by which users without their password set a new one, once. */
export async function migration({ transaction, kind }: SchemaContext): Promise<void> {
  const { text, integer, asTable } = columnTypes(kind);
  await transaction.schema
    .createTable("password_resets")
    // One a user: a newer code ends the one before.
    .addColumn("user_name", text, (column) =>
      column.primaryKey().notNull().references("users.name").onDelete("cascade"),
    )
    .addColumn("code_hash", text, (column) => column.notNull().unique())
    .addColumn("created_by", text, (column) => column.notNull())
    .addColumn("created_at", integer, (column) => column.notNull())
    .addColumn("expires_at", integer, (column) => column.notNull())
    .$call(asTable)
    .execute();
}
