import { sql } from "kysely";
import { columnTypes } from "./column-types.ts";
import type { SchemaContext } from "./migration.ts";

/** Who did what. Rows are added, and removed when they are old; the database refuses to change one. */
export async function migration(context: SchemaContext): Promise<void> {
  const { transaction, kind } = context;
  const { text, integer, asTable } = columnTypes(kind);
  const { schema } = transaction;
  await schema
    .createTable("audit")
    // Never given twice: lists go on after the last one shown.
    .addColumn("id", integer, (column) =>
      kind === "sqlite"
        ? column.primaryKey().autoIncrement()
        : column.primaryKey().generatedAlwaysAsIdentity(),
    )
    .addColumn("day", integer, (column) => column.notNull())
    .addColumn("at", integer, (column) => column.notNull())
    .addColumn("actor", text, (column) => column.notNull())
    .addColumn("token", text)
    .addColumn("address", text, (column) => column.notNull())
    .addColumn("action", text, (column) => column.notNull())
    .addColumn("resource", text, (column) => column.notNull())
    .addColumn("organization", text, (column) => column.notNull())
    .addColumn("digest", text)
    .addColumn("previous_digest", text)
    .addColumn("outcome", text, (column) => column.notNull())
    .addColumn("status", integer, (column) => column.notNull())
    .addColumn("count", integer, (column) => column.notNull())
    .$call(asTable)
    .execute();
  await schema.createIndex("audit_by_day").on("audit").columns(["day", "id"]).execute();
  await schema.createIndex("audit_by_organization").on("audit").columns(["organization", "id"]).execute();
  await refuseUpdates(context);
}

async function refuseUpdates({ transaction, kind }: SchemaContext): Promise<void> {
  if (kind === "sqlite") {
    await sql`
      CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON audit
      BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END`.execute(transaction);
    return;
  }
  await sql`
    CREATE OR REPLACE FUNCTION refuse_audit_update() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'audit is append-only'; END $$`.execute(transaction);
  await sql`
    CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON audit
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_update()`.execute(transaction);
}
