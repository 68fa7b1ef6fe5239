import type { SchemaContext } from "./migration.ts";
import { columnTypes } from "./column-types.ts";

/**
 * What is stored. Nothing in use can go: tags → manifests → manifest_blobs → repository_blobs → blobs hold each other,
 * and all of them their repository. What says nothing by itself (a manifest's links, an upload) goes with its parent.
 */
export async function createContentTables(context: SchemaContext): Promise<void> {
  await createRepositories(context);
  await createBlobs(context);
  await createManifests(context);
  await createManifestLinks(context);
  await createTags(context);
  await createWork(context);
}

async function createRepositories({ transaction, kind }: SchemaContext): Promise<void> {
  const { text, integer, asTable } = columnTypes(kind);
  const { schema } = transaction;
  await schema
    .createTable("organizations")
    .addColumn("name", text, (column) => column.primaryKey().notNull())
    .addColumn("default_visibility", text, (column) => column.notNull())
    .addColumn("created_at", integer, (column) => column.notNull())
    .$call(asTable)
    .execute();
  await schema
    .createTable("repositories")
    // Never given twice, so that what was remembered of a deleted repository fits no later one.
    .addColumn("id", integer, (column) =>
      kind === "sqlite"
        ? column.primaryKey().autoIncrement()
        : column.primaryKey().generatedAlwaysAsIdentity(),
    )
    .addColumn("name", text, (column) => column.notNull().unique())
    .addColumn("organization", text, (column) => column.notNull())
    .addColumn("visibility", text, (column) => column.notNull())
    .addColumn("immutable_tags", text, (column) => column.notNull())
    .addColumn("newest_tag", text)
    .addColumn("pulls", integer, (column) => column.notNull())
    .addColumn("created_at", integer, (column) => column.notNull())
    .$call(asTable)
    .execute();
  await schema
    .createIndex("repositories_by_organization")
    .on("repositories")
    .columns(["organization", "name"])
    .execute();
}

async function createBlobs({ transaction, kind }: SchemaContext): Promise<void> {
  const { text, integer, asKeyTable } = columnTypes(kind);
  const { schema } = transaction;
  await schema
    .createTable("blobs")
    .addColumn("digest", text, (column) => column.primaryKey().notNull())
    .addColumn("size", integer, (column) => column.notNull())
    .addColumn("state", text, (column) => column.notNull())
    .addColumn("created_at", integer, (column) => column.notNull())
    .addColumn("grace_until", integer, (column) => column.notNull())
    .$call(asKeyTable)
    .execute();
  await schema.createIndex("blobs_by_grace").on("blobs").columns(["grace_until"]).execute();
  await schema
    .createTable("repository_blobs")
    .addColumn("repository_id", integer, (column) =>
      column.notNull().references("repositories.id").onDelete("restrict"),
    )
    .addColumn("digest", text, (column) => column.notNull().references("blobs.digest").onDelete("restrict"))
    .addColumn("linked_at", integer, (column) => column.notNull())
    .addPrimaryKeyConstraint("repository_blobs_key", ["repository_id", "digest"])
    .$call(asKeyTable)
    .execute();
  await schema
    .createIndex("repository_blobs_by_digest")
    .on("repository_blobs")
    .columns(["digest", "repository_id"])
    .execute();
}

async function createManifests({ transaction, kind }: SchemaContext): Promise<void> {
  const { text, integer, bytes, asTable } = columnTypes(kind);
  const { schema } = transaction;
  await schema
    .createTable("manifest_contents")
    .addColumn("digest", text, (column) => column.primaryKey().notNull())
    .addColumn("content", bytes, (column) => column.notNull())
    .$call(asTable)
    .execute();
  await schema
    .createTable("manifests")
    .addColumn("repository_id", integer, (column) =>
      column.notNull().references("repositories.id").onDelete("restrict"),
    )
    .addColumn("digest", text, (column) =>
      column.notNull().references("manifest_contents.digest").onDelete("restrict"),
    )
    .addColumn("media_type", text, (column) => column.notNull())
    .addColumn("size", integer, (column) => column.notNull())
    .addColumn("kind", text, (column) => column.notNull())
    .addColumn("artifact_type", text)
    .addColumn("subject", text)
    .addColumn("annotations", text, (column) => column.notNull())
    .addColumn("pushed_at", integer, (column) => column.notNull())
    .addColumn("pushed_by", text, (column) => column.notNull())
    .addPrimaryKeyConstraint("manifests_key", ["repository_id", "digest"])
    .$call(asTable)
    .execute();
  await schema
    .createIndex("manifests_by_subject")
    .on("manifests")
    .columns(["repository_id", "subject", "digest"])
    .where("subject", "is not", null)
    .execute();
  await schema.createIndex("manifests_by_digest").on("manifests").columns(["digest"]).execute();
}

async function createManifestLinks({ transaction, kind }: SchemaContext): Promise<void> {
  const { text, integer, asKeyTable } = columnTypes(kind);
  const { schema } = transaction;
  await schema
    .createTable("manifest_blobs")
    .addColumn("repository_id", integer, (column) => column.notNull())
    .addColumn("manifest_digest", text, (column) => column.notNull())
    .addColumn("blob_digest", text, (column) => column.notNull())
    .addPrimaryKeyConstraint("manifest_blobs_key", ["repository_id", "manifest_digest", "blob_digest"])
    .addForeignKeyConstraint(
      "manifest_blobs_manifest",
      ["repository_id", "manifest_digest"],
      "manifests",
      ["repository_id", "digest"],
      (constraint) => constraint.onDelete("cascade"),
    )
    .addForeignKeyConstraint(
      "manifest_blobs_blob",
      ["repository_id", "blob_digest"],
      "repository_blobs",
      ["repository_id", "digest"],
      (constraint) => constraint.onDelete("restrict"),
    )
    .$call(asKeyTable)
    .execute();
  await schema
    .createIndex("manifest_blobs_by_blob")
    .on("manifest_blobs")
    .columns(["blob_digest", "repository_id"])
    .execute();
  await schema
    .createTable("manifest_children")
    .addColumn("repository_id", integer, (column) => column.notNull())
    .addColumn("manifest_digest", text, (column) => column.notNull())
    .addColumn("child_digest", text, (column) => column.notNull())
    .addPrimaryKeyConstraint("manifest_children_key", ["repository_id", "manifest_digest", "child_digest"])
    .addForeignKeyConstraint(
      "manifest_children_manifest",
      ["repository_id", "manifest_digest"],
      "manifests",
      ["repository_id", "digest"],
      (constraint) => constraint.onDelete("cascade"),
    )
    .$call(asKeyTable)
    .execute();
  await schema
    .createIndex("manifest_children_by_child")
    .on("manifest_children")
    .columns(["repository_id", "child_digest"])
    .execute();
}

async function createTags({ transaction, kind }: SchemaContext): Promise<void> {
  const { text, integer, asKeyTable } = columnTypes(kind);
  const { schema } = transaction;
  await schema
    .createTable("tags")
    .addColumn("repository_id", integer, (column) => column.notNull())
    .addColumn("name", text, (column) => column.notNull())
    .addColumn("digest", text, (column) => column.notNull())
    .addColumn("pushed_at", integer, (column) => column.notNull())
    .addColumn("pushed_by", text, (column) => column.notNull())
    .addColumn("artifact", integer, (column) => column.notNull())
    .addPrimaryKeyConstraint("tags_key", ["repository_id", "name"])
    .addForeignKeyConstraint(
      "tags_manifest",
      ["repository_id", "digest"],
      "manifests",
      ["repository_id", "digest"],
      (constraint) => constraint.onDelete("restrict"),
    )
    .$call(asKeyTable)
    .execute();
  await schema.createIndex("tags_by_digest").on("tags").columns(["repository_id", "digest"]).execute();
  await schema.createIndex("tags_by_push").on("tags").columns(["repository_id", "pushed_at"]).execute();
}

async function createWork({ transaction, kind }: SchemaContext): Promise<void> {
  const { text, integer, asTable, asKeyTable } = columnTypes(kind);
  const { schema } = transaction;
  await schema
    .createTable("uploads")
    .addColumn("id", text, (column) => column.primaryKey().notNull())
    .addColumn("repository_id", integer, (column) =>
      column.notNull().references("repositories.id").onDelete("cascade"),
    )
    .addColumn("started_at", integer, (column) => column.notNull())
    .addColumn("updated_at", integer, (column) => column.notNull())
    .$call(asTable)
    .execute();
  await schema.createIndex("uploads_by_update").on("uploads").columns(["updated_at"]).execute();
  await schema.createIndex("uploads_by_repository").on("uploads").columns(["repository_id"]).execute();
  await schema
    .createTable("dirty_keys")
    .addColumn("kind", text, (column) => column.notNull())
    .addColumn("key", text, (column) => column.notNull())
    .addColumn("stamp", text, (column) => column.notNull())
    .addColumn("touched_at", integer, (column) => column.notNull())
    .addPrimaryKeyConstraint("dirty_keys_key", ["kind", "key"])
    .$call(asKeyTable)
    .execute();
  await schema.createIndex("dirty_keys_by_touch").on("dirty_keys").columns(["touched_at"]).execute();
}
