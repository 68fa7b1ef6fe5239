import type { SchemaContext } from "./migration.ts";
import { columnTypes } from "./column-types.ts";

/** What is known. */
export async function createResourceTables({ transaction, kind }: SchemaContext): Promise<void> {
  const { text, integer, asTable, asKeyTable } = columnTypes(kind);
  const { schema } = transaction;
  await schema
    .createTable("resources")
    .addColumn("kind", text, (column) => column.notNull())
    .addColumn("name", text, (column) => column.notNull())
    .addColumn("uid", text, (column) => column.notNull())
    .addColumn("resource_version", integer, (column) => column.notNull())
    .addColumn("document", text, (column) => column.notNull())
    .addPrimaryKeyConstraint("resources_key", ["kind", "name"])
    .$call(asTable)
    .execute();
  await schema
    .createTable("resource_labels")
    .addColumn("kind", text, (column) => column.notNull())
    .addColumn("name", text, (column) => column.notNull())
    .addColumn("label", text, (column) => column.notNull())
    .addColumn("value", text, (column) => column.notNull())
    .addPrimaryKeyConstraint("resource_labels_key", ["kind", "name", "label"])
    .addForeignKeyConstraint(
      "resource_labels_resource",
      ["kind", "name"],
      "resources",
      ["kind", "name"],
      (constraint) => constraint.onDelete("cascade"),
    )
    .$call(asKeyTable)
    .execute();
  await schema
    .createIndex("resource_labels_by_label")
    .on("resource_labels")
    .columns(["kind", "label", "value", "name"])
    .execute();
  await schema
    .createTable("resource_history")
    .addColumn("resource_version", integer, (column) => column.primaryKey().notNull())
    .addColumn("kind", text, (column) => column.notNull())
    .addColumn("name", text, (column) => column.notNull())
    .addColumn("change", text, (column) => column.notNull())
    .addColumn("document", text, (column) => column.notNull())
    .addColumn("previous", text)
    .addColumn("changed_at", integer, (column) => column.notNull())
    .$call(asTable)
    .execute();
  await schema
    .createIndex("resource_history_by_time")
    .on("resource_history")
    .columns(["changed_at"])
    .execute();
}
