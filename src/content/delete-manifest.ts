import type { Queryable } from "../database/database.ts";
import type { Tag } from "../oci/reference.ts";
import type { ContentContext } from "./context.ts";
import { rememberManifest, rememberTags, type Deleting } from "./deletion-rows.ts";
import { requireMutable } from "./immutable-tags.ts";
import { afterTagsChanged, tagsThatReach } from "./tags.ts";

/**
 * Deletes a manifest with its links and tags, and remembers them for who wants them back.
 * @returns false when it was not there
 * @throws OciError DENIED when an immutable tag names it, or an index that does
 */
export async function deleteManifest(
  transaction: Queryable,
  { database, undeleteMs }: ContentContext,
  deleting: Deleting & { immutableTags: readonly string[] },
): Promise<boolean> {
  const { id, immutableTags, repository, digest, now } = deleting;
  const manifest = await transaction
    .selectFrom("manifests")
    .select("digest")
    .where("repository_id", "=", id)
    .where("digest", "=", digest)
    // Of two that delete it at once, one remembers it.
    .$if(database.kind === "postgres", (rows) => rows.forUpdate())
    .executeTakeFirst();
  if (!manifest) return false;
  const deletedTags = await transaction
    .deleteFrom("tags")
    .where("repository_id", "=", id)
    .where("digest", "=", digest)
    .returningAll()
    .execute();
  const tags = deletedTags.map((row) => row.name as Tag);
  // An index is no more than what it names, so its tag holds that as well, and its image shows it.
  const reached = [...tags, ...(await tagsThatReach(transaction, id, digest))];
  requireMutable(immutableTags, { tags: reached, action: `delete ${repository}@${digest}` });
  if (undeleteMs > 0) {
    await rememberTags(transaction, deleting, deletedTags);
    await rememberManifest(transaction, deleting);
  }
  await deleteRows(transaction, deleting);
  if (reached.length > 0) await afterTagsChanged(transaction, { id, repository, tags: reached, now });
  return true;
}

async function deleteRows(transaction: Queryable, { id, digest }: Deleting): Promise<void> {
  for (const table of ["manifest_blobs", "awaited_blobs", "manifest_children"] as const) {
    await transaction
      .deleteFrom(table)
      .where("repository_id", "=", id)
      .where("manifest_digest", "=", digest)
      .execute();
  }
  await transaction
    .deleteFrom("manifests")
    .where("repository_id", "=", id)
    .where("digest", "=", digest)
    .execute();
}
