import { columnTypes } from "./column-types.ts";
import type { SchemaContext } from "./migration.ts";

/** Events: what the hub did about resources of late. */
export async function migration({ transaction, kind }: SchemaContext): Promise<void> {
  const { text, integer, asTable } = columnTypes(kind);
  const { schema } = transaction;
  await schema
    .createTable("events")
    .addColumn("name", text, (column) => column.primaryKey().notNull())
    .addColumn("uid", text, (column) => column.notNull())
    .addColumn("kind", text, (column) => column.notNull())
    .addColumn("object_name", text, (column) => column.notNull())
    .addColumn("object_uid", text, (column) => column.notNull())
    .addColumn("object_version", text, (column) => column.notNull())
    .addColumn("repository", text)
    .addColumn("type", text, (column) => column.notNull())
    .addColumn("reason", text, (column) => column.notNull())
    .addColumn("message", text, (column) => column.notNull())
    .addColumn("count", integer, (column) => column.notNull())
    .addColumn("first_at", integer, (column) => column.notNull())
    .addColumn("last_at", integer, (column) => column.notNull())
    .addColumn("added_version", integer, (column) => column.notNull())
    .addColumn("version", integer, (column) => column.notNull().unique())
    .addColumn("removed_at", integer)
    .$call(asTable)
    .execute();
  await schema.createIndex("events_by_object").on("events").column("object_name").execute();
  await schema.createIndex("events_by_time").on("events").column("last_at").execute();
}
