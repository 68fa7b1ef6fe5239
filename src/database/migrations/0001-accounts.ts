import type { SchemaContext } from "./migration.ts";
import { columnTypes } from "./column-types.ts";

/** Who may use it. */
export async function createAccountTables({ transaction, kind }: SchemaContext): Promise<void> {
  const { text, integer, asTable, asKeyTable } = columnTypes(kind);
  const { schema } = transaction;
  await schema
    .createTable("users")
    .addColumn("name", text, (column) => column.primaryKey().notNull())
    .addColumn("password_hash", text, (column) => column.notNull())
    .addColumn("administrator", integer, (column) => column.notNull())
    .addColumn("disabled", integer, (column) => column.notNull())
    .addColumn("display_name", text, (column) => column.notNull())
    .addColumn("created_at", integer, (column) => column.notNull())
    .$call(asTable)
    .execute();
  await schema
    .createTable("organization_members")
    .addColumn("organization", text, (column) =>
      column.notNull().references("organizations.name").onDelete("cascade"),
    )
    .addColumn("kind", text, (column) => column.notNull())
    .addColumn("name", text, (column) => column.notNull())
    .addColumn("role", text, (column) => column.notNull())
    .addPrimaryKeyConstraint("organization_members_key", ["organization", "kind", "name"])
    .$call(asKeyTable)
    .execute();
  await schema
    .createIndex("organization_members_by_member")
    .on("organization_members")
    .columns(["kind", "name"])
    .execute();
  await schema
    .createTable("sessions")
    .addColumn("id_hash", text, (column) => column.primaryKey().notNull())
    .addColumn("user_name", text, (column) => column.notNull().references("users.name").onDelete("cascade"))
    .addColumn("created_at", integer, (column) => column.notNull())
    .addColumn("expires_at", integer, (column) => column.notNull())
    .$call(asTable)
    .execute();
  await schema.createIndex("sessions_by_user").on("sessions").columns(["user_name"]).execute();
  await schema.createIndex("sessions_by_expiry").on("sessions").columns(["expires_at"]).execute();
}
