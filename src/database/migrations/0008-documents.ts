import { sql } from "kysely";
import { columnTypes } from "./column-types.ts";
import type { SchemaContext } from "./migration.ts";

/** Long texts of resources, once however many have them. Documents that hold theirs are read as they are. */
export async function migration({ transaction, kind }: SchemaContext): Promise<void> {
  const { text, integer, asTable, asKeyTable } = columnTypes(kind);
  const { schema } = transaction;
  await schema
    .createTable("resource_texts")
    .addColumn("digest", text, (column) => column.primaryKey().notNull())
    .addColumn("content", text, (column) => column.notNull())
    .addColumn("released_at", integer)
    .$call(asTable)
    .execute();
  await schema
    .createIndex("resource_texts_released")
    .on("resource_texts")
    .columns(["released_at"])
    .where(sql.ref("released_at"), "is not", null)
    .execute();
  await schema
    .createTable("resource_text_uses")
    .addColumn("kind", text, (column) => column.notNull())
    .addColumn("name", text, (column) => column.notNull())
    .addColumn("digest", text, (column) => column.notNull().references("resource_texts.digest"))
    .addPrimaryKeyConstraint("resource_text_uses_key", ["kind", "name", "digest"])
    .addForeignKeyConstraint(
      "resource_text_uses_resource",
      ["kind", "name"],
      "resources",
      ["kind", "name"],
      (constraint) => constraint.onDelete("cascade"),
    )
    .$call(asKeyTable)
    .execute();
  await schema
    .createIndex("resource_text_uses_by_digest")
    .on("resource_text_uses")
    .columns(["digest"])
    .execute();
}
