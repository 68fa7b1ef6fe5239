import { columnTypes } from "./column-types.ts";
import type { SchemaContext } from "./migration.ts";

/** What was deleted and can be restored. Its manifests' bytes and blobs cannot go before it does. */
export async function migration(context: SchemaContext): Promise<void> {
  await createDeletions(context);
  await createDeletionLinks(context);
}

async function createDeletions({ transaction, kind }: SchemaContext): Promise<void> {
  const { text, integer, asTable } = columnTypes(kind);
  const { schema } = transaction;
  await schema
    .createTable("deletions")
    // Never given twice: who restores one must not restore another.
    .addColumn("id", integer, (column) =>
      kind === "sqlite"
        ? column.primaryKey().autoIncrement()
        : column.primaryKey().generatedAlwaysAsIdentity(),
    )
    .addColumn("repository_id", integer, (column) =>
      column.notNull().references("repositories.id").onDelete("restrict"),
    )
    .addColumn("organization", text, (column) => column.notNull())
    .addColumn("tag", text, (column) => column.notNull())
    .addColumn("digest", text, (column) =>
      column.notNull().references("manifest_contents.digest").onDelete("restrict"),
    )
    .addColumn("subject", text)
    .addColumn("artifact", integer, (column) => column.notNull())
    .addColumn("media_type", text, (column) => column.notNull())
    .addColumn("pushed_at", integer, (column) => column.notNull())
    .addColumn("pushed_by", text, (column) => column.notNull())
    .addColumn("deleted_at", integer, (column) => column.notNull())
    .addColumn("deleted_by", text, (column) => column.notNull())
    .addUniqueConstraint("deletions_key", ["repository_id", "tag", "digest"])
    .$call(asTable)
    .execute();
  const indexes = {
    deletions_by_organization: ["organization", "id"],
    deletions_by_repository: ["repository_id", "id"],
    deletions_by_digest: ["digest", "repository_id"],
    deletions_by_time: ["deleted_at", "id"],
  };
  for (const [name, columns] of Object.entries(indexes)) {
    await schema.createIndex(name).on("deletions").columns(columns).execute();
  }
  await schema
    .createIndex("deletions_by_subject")
    .on("deletions")
    .columns(["repository_id", "subject"])
    .where("subject", "is not", null)
    .execute();
}

async function createDeletionLinks({ transaction, kind }: SchemaContext): Promise<void> {
  const { text, integer, asKeyTable } = columnTypes(kind);
  const { schema } = transaction;
  await schema
    .createTable("deletion_blobs")
    .addColumn("deletion_id", integer, (column) =>
      column.notNull().references("deletions.id").onDelete("cascade"),
    )
    .addColumn("digest", text, (column) => column.notNull().references("blobs.digest").onDelete("restrict"))
    .addPrimaryKeyConstraint("deletion_blobs_key", ["deletion_id", "digest"])
    .$call(asKeyTable)
    .execute();
  await schema.createIndex("deletion_blobs_by_digest").on("deletion_blobs").columns(["digest"]).execute();
  await schema
    .createTable("deletion_children")
    .addColumn("deletion_id", integer, (column) =>
      column.notNull().references("deletions.id").onDelete("cascade"),
    )
    .addColumn("digest", text, (column) => column.notNull())
    .addPrimaryKeyConstraint("deletion_children_key", ["deletion_id", "digest"])
    .$call(asKeyTable)
    .execute();
  await schema
    .createIndex("deletion_children_by_digest")
    .on("deletion_children")
    .columns(["digest"])
    .execute();
}
