import type { Queryable } from "../database/database.ts";
import type { Digest } from "../oci/digest.ts";
import type { Manifest } from "../oci/manifest.ts";
import type { Tag } from "../oci/reference.ts";
import type { ManifestPush } from "./content.ts";
import { immutableBy, immutableError } from "./immutable-tags.ts";

/**
 * Writes a manifest's bytes and its row; one that is there is taken as pushed anew.
 * @returns whether the repository did not have it
 */
export async function insertManifest(
  transaction: Queryable,
  stored: { id: number; manifest: Manifest; digest: Digest; push: ManifestPush; now: number },
): Promise<boolean> {
  const { id, manifest, digest, push, now } = stored;
  const known = await transaction
    .selectFrom("manifests")
    .select("digest")
    .where("repository_id", "=", id)
    .where("digest", "=", digest)
    .executeTakeFirst();
  await transaction
    .insertInto("manifest_contents")
    .values({ digest, content: push.bytes })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await transaction
    .insertInto("manifests")
    .values({
      repository_id: id,
      digest,
      media_type: manifest.mediaType,
      size: push.bytes.byteLength,
      kind: manifest.kind,
      artifact_type: manifest.artifactType ?? null,
      subject: manifest.subject?.digest ?? null,
      annotations: JSON.stringify(manifest.annotations),
      pushed_at: now,
      pushed_by: push.pushedBy,
    })
    .onConflict((conflict) =>
      conflict.columns(["repository_id", "digest"]).doUpdateSet({
        media_type: manifest.mediaType,
        pushed_at: now,
        pushed_by: push.pushedBy,
      }),
    )
    .execute();
  return known === undefined;
}

export interface TagChange {
  id: number;
  digest: Digest;
  tags: Tag[];
  /** Patterns of the tags that stay at their digest. */
  immutableTags: readonly string[];
  artifact: boolean;
  by: string;
  now: number;
}

/**
 * Points tags at a manifest; an image's tag becomes the repository's newest.
 * @throws OciError DENIED when an immutable one is at another digest
 */
export async function setTags(transaction: Queryable, change: TagChange): Promise<void> {
  const { id, tags, artifact } = change;
  for (const tag of tags) await setTag(transaction, change, tag);
  const newest = tags.at(-1);
  if (newest !== undefined && !artifact) {
    await transaction.updateTable("repositories").set({ newest_tag: newest }).where("id", "=", id).execute();
  }
}

async function setTag(transaction: Queryable, change: TagChange, tag: Tag): Promise<void> {
  const { id, digest, immutableTags, artifact, by, now } = change;
  const values = { digest, pushed_at: now, pushed_by: by, artifact: Number(artifact) };
  const pattern = immutableBy(immutableTags, tag);
  // The condition is the update's own: of two first pushes at once, the second one meets the first one's row.
  const set = await transaction
    .insertInto("tags")
    .values({ repository_id: id, name: tag, ...values })
    .onConflict((conflict) => {
      const update = conflict.columns(["repository_id", "name"]).doUpdateSet(values);
      return pattern === undefined ? update : update.where("tags.digest", "=", digest);
    })
    .returning("name")
    .execute();
  if (set.length === 0 && pattern !== undefined) throw immutableError(`push ${digest}`, { tag, pattern });
}
