import { columnTypes } from "./column-types.ts";
import type { SchemaContext } from "./migration.ts";

/** Blobs that a manifest names and that were not in its repository when it was pushed: they may come yet. */
export async function migration({ transaction, kind }: SchemaContext): Promise<void> {
  const { text, integer, asKeyTable } = columnTypes(kind);
  const { schema } = transaction;
  await schema
    .createTable("awaited_blobs")
    .addColumn("repository_id", integer, (column) => column.notNull())
    .addColumn("manifest_digest", text, (column) => column.notNull())
    .addColumn("blob_digest", text, (column) => column.notNull())
    .addPrimaryKeyConstraint("awaited_blobs_key", ["repository_id", "manifest_digest", "blob_digest"])
    .addForeignKeyConstraint(
      "awaited_blobs_manifest",
      ["repository_id", "manifest_digest"],
      "manifests",
      ["repository_id", "digest"],
      (constraint) => constraint.onDelete("cascade"),
    )
    .$call(asKeyTable)
    .execute();
  await schema
    .createIndex("awaited_blobs_by_blob")
    .on("awaited_blobs")
    .columns(["blob_digest", "repository_id"])
    .execute();
}
