import type { Insertable } from "kysely";
import type { Queryable } from "../database/database.ts";
import type { DeletionTable, TagTable } from "../database/tables.ts";
import type { Digest } from "../oci/digest.ts";
import { organizationOf, type RepositoryName } from "../oci/reference.ts";
import { slicesOf } from "./batches.ts";

/** Rows of one statement: eleven parameters each stay far below the least limit of both databases. */
const ROWS_AN_INSERT = 100;

/** A deletion under way. */
export interface Deleting {
  id: number;
  repository: RepositoryName;
  digest: Digest;
  deletedBy: string;
  now: number;
}

/** Remembers tags of one manifest, which is still there, in the transaction that deletes them. */
export async function rememberTags(
  transaction: Queryable,
  deleting: Deleting,
  tags: readonly TagTable[],
): Promise<void> {
  if (tags.length === 0) return;
  const { media_type } = await manifestRow(transaction, deleting);
  for (const slice of slicesOf(tags, ROWS_AN_INSERT)) {
    const rows = slice.map(({ name, artifact, pushed_at, pushed_by }) => ({
      ...columnsOf(deleting),
      tag: name,
      subject: null,
      artifact,
      media_type,
      pushed_at,
      pushed_by,
    }));
    await insertDeletions(transaction, rows);
  }
}

/** Remembers a manifest and what it names, in the transaction that deletes it, before its links go. */
export async function rememberManifest(transaction: Queryable, deleting: Deleting): Promise<void> {
  const { id, digest } = deleting;
  const manifest = await manifestRow(transaction, deleting);
  const [deletion] = await insertDeletions(transaction, [
    { ...columnsOf(deleting), tag: "", artifact: 0, ...manifest },
  ]);
  if (deletion === undefined) throw new Error(`Cannot remember ${digest}: its row was not written`);
  const namedBy = (table: "manifest_blobs" | "awaited_blobs") =>
    transaction
      .selectFrom(table)
      .select("blob_digest")
      .where("repository_id", "=", id)
      .where("manifest_digest", "=", digest);
  await transaction
    .insertInto("deletion_blobs")
    .columns(["deletion_id", "digest"])
    .expression((eb) =>
      eb
        .selectFrom("repository_blobs")
        .select([eb.val(deletion).as("deletion_id"), "digest"])
        .where("repository_id", "=", id)
        .where("digest", "in", namedBy("manifest_blobs").union(namedBy("awaited_blobs"))),
    )
    .execute();
  await transaction
    .insertInto("deletion_children")
    .columns(["deletion_id", "digest"])
    .expression((eb) =>
      eb
        .selectFrom("manifest_children")
        .select([eb.val(deletion).as("deletion_id"), "child_digest as digest"])
        .where("repository_id", "=", id)
        .where("manifest_digest", "=", digest),
    )
    .execute();
}

function manifestRow(transaction: Queryable, { id, digest }: Deleting) {
  return transaction
    .selectFrom("manifests")
    .select(["media_type", "subject", "pushed_at", "pushed_by"])
    .where("repository_id", "=", id)
    .where("digest", "=", digest)
    .executeTakeFirstOrThrow();
}

function columnsOf({ id, repository, digest, deletedBy, now }: Deleting) {
  return {
    repository_id: id,
    organization: organizationOf(repository),
    digest,
    deleted_at: now,
    deleted_by: deletedBy,
  };
}

/** One that was deleted before takes a new place in the list. @returns their ids */
async function insertDeletions(
  transaction: Queryable,
  rows: readonly Insertable<DeletionTable>[],
): Promise<number[]> {
  const [first] = rows;
  if (!first) return [];
  await transaction
    .deleteFrom("deletions")
    .where("repository_id", "=", first.repository_id)
    .where("digest", "=", first.digest)
    .where(
      "tag",
      "in",
      rows.map(({ tag }) => tag),
    )
    .execute();
  const inserted = await transaction.insertInto("deletions").values(rows).returning("id").execute();
  return inserted.map((row) => row.id);
}
