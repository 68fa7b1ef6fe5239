import type { Database, Queryable } from "../database/database.ts";
import type { Digest } from "../oci/digest.ts";
import { OciError } from "../oci/errors.ts";
import { parseManifest } from "../oci/manifest.ts";
import { linkBlob, renewGrace } from "./blob-rows.ts";
import { insertLinks } from "./manifest-links.ts";
import { insertManifest } from "./manifest-rows.ts";
import { markUsed } from "./manifest-use.ts";
import type { Restoring } from "./restoring.ts";

/**
 * Restores deleted manifests, those that they name over any number of indexes, and the referrers that were deleted
 * since; what is there already stays as it is.
 * @param restoring.digests the manifests to begin with
 * @returns those that were not there
 * @throws OciError MANIFEST_UNKNOWN when one to begin with is gone for good
 */
export async function restoreManifests(
  transaction: Queryable,
  database: Database,
  restoring: Restoring & { digests: readonly Digest[]; now: number },
): Promise<Digest[]> {
  const restored: Digest[] = [];
  // A set that grows while it is walked: each is looked at once, whatever circles there are.
  const reached = new Set(restoring.digests);
  for (const digest of reached) {
    const isThere = await isStored(transaction, restoring.repositoryId, digest);
    if (!isThere && (await restoreManifest(transaction, database, { ...restoring, digest })))
      restored.push(digest);
    else if (!isThere && restoring.digests.includes(digest)) throw goneForGood(restoring, digest);
    for (const next of await directlyBelow(transaction, { ...restoring, digest })) reached.add(next);
  }
  return restored;
}

async function isStored(transaction: Queryable, repositoryId: number, digest: Digest): Promise<boolean> {
  const row = await transaction
    .selectFrom("manifests")
    .select("digest")
    .where("repository_id", "=", repositoryId)
    .where("digest", "=", digest)
    .executeTakeFirst();
  return row !== undefined;
}

/** @returns false when its deletion is not known */
async function restoreManifest(
  transaction: Queryable,
  database: Database,
  { repositoryId: id, digest, now }: { repositoryId: number; digest: Digest; now: number },
): Promise<boolean> {
  const deletion = await transaction
    .selectFrom("deletions")
    .innerJoin("manifest_contents", "manifest_contents.digest", "deletions.digest")
    .select(["deletions.id", "media_type", "pushed_at", "pushed_by", "content"])
    .where("repository_id", "=", id)
    .where("tag", "=", "")
    .where("deletions.digest", "=", digest)
    .$if(database.kind === "postgres", (rows) => rows.forUpdate("deletions"))
    .executeTakeFirst();
  if (!deletion) return false;
  const manifest = parseManifest(deletion.content, deletion.media_type);
  const blobs = await restoreBlobs(transaction, { id, deletion: deletion.id, now });
  const push = { tags: [], bytes: deletion.content, pushedBy: deletion.pushed_by };
  await insertManifest(transaction, { id, manifest, digest, push, now: deletion.pushed_at });
  await insertLinks(transaction, { id, digest, blobs, manifest });
  await markUsed(transaction, { id, digests: [digest], now });
  await transaction.deleteFrom("deletions").where("id", "=", deletion.id).execute();
  return true;
}

/** Gives the repository a deleted manifest's blobs again, which the deletion has kept. */
async function restoreBlobs(
  transaction: Queryable,
  { id, deletion, now }: { id: number; deletion: number; now: number },
): Promise<Digest[]> {
  const rows = await transaction
    .selectFrom("deletion_blobs")
    .select("digest")
    .where("deletion_id", "=", deletion)
    .execute();
  const digests = rows.map((row) => row.digest as Digest);
  for (const digest of digests) {
    await renewGrace(transaction, digest, now);
    await linkBlob(transaction, { id, digest, now });
  }
  return digests;
}

/** What a manifest brings with it: children that are deleted or have children themselves, and deleted referrers. */
async function directlyBelow(
  transaction: Queryable,
  { repositoryId, digest, deletedAt }: Pick<Restoring, "repositoryId" | "digest" | "deletedAt">,
): Promise<Digest[]> {
  const children = await transaction
    .selectFrom("manifest_children as named")
    .select("named.child_digest as digest")
    .where("named.repository_id", "=", repositoryId)
    .where("named.manifest_digest", "=", digest)
    .where(({ or, exists, selectFrom }) =>
      or([
        exists(
          selectFrom("deletions")
            .select("id")
            .whereRef("deletions.repository_id", "=", "named.repository_id")
            .whereRef("deletions.digest", "=", "named.child_digest")
            .where("tag", "=", ""),
        ),
        exists(
          selectFrom("manifest_children as below")
            .select("below.child_digest")
            .whereRef("below.repository_id", "=", "named.repository_id")
            .whereRef("below.manifest_digest", "=", "named.child_digest"),
        ),
      ]),
    )
    .execute();
  const referrers = await transaction
    .selectFrom("deletions")
    .select("digest")
    .where("repository_id", "=", repositoryId)
    .where("subject", "=", digest)
    .where("deleted_at", ">=", deletedAt)
    .execute();
  return [...children, ...referrers].map((row) => row.digest as Digest);
}

function goneForGood({ repository }: Restoring, digest: Digest): OciError {
  return new OciError(
    "MANIFEST_UNKNOWN",
    `Cannot restore ${repository}@${digest}: the manifest was deleted for good; push it again`,
  );
}
