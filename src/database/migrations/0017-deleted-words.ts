import { sql } from "kysely";
import { columnTypes } from "./column-types.ts";
import type { SchemaContext } from "./migration.ts";

/** What users said of Images and Repositories that were deleted, for who wants them back. */
export async function migration({ transaction, kind }: SchemaContext): Promise<void> {
  const { text, integer, asTable } = columnTypes(kind);
  const { schema } = transaction;
  await schema
    .createTable("deleted_words")
    .addColumn("kind", text, (column) => column.notNull())
    .addColumn("name", text, (column) => column.notNull())
    .addColumn("document", text, (column) => column.notNull())
    .addColumn("text_digest", text, (column) => column.references("resource_texts.digest"))
    .addColumn("deleted_at", integer, (column) => column.notNull())
    .addPrimaryKeyConstraint("deleted_words_key", ["kind", "name"])
    .$call(asTable)
    .execute();
  await schema.createIndex("deleted_words_by_time").on("deleted_words").columns(["deleted_at"]).execute();
  await schema
    .createIndex("deleted_words_by_text")
    .on("deleted_words")
    .columns(["text_digest"])
    .where(sql.ref("text_digest"), "is not", null)
    .execute();
}
