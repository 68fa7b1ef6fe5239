import type { Queryable } from "../database/database.ts";
import type { Digest } from "../oci/digest.ts";
import type { Manifest } from "../oci/manifest.ts";
import type { Tag } from "../oci/reference.ts";
import type { ManifestPush } from "./content.ts";

/** Writes a manifest's bytes and its row; one that is there is taken as pushed anew. */
export async function insertManifest(
  transaction: Queryable,
  stored: { id: number; manifest: Manifest; digest: Digest; push: ManifestPush; now: number },
): Promise<void> {
  const { id, manifest, digest, push, now } = stored;
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
}

/** Points tags at a manifest; an image's tag becomes the repository's newest. */
export async function setTags(
  transaction: Queryable,
  change: { id: number; digest: Digest; tags: Tag[]; artifact: boolean; by: string; now: number },
): Promise<void> {
  const { id, digest, tags, artifact, by, now } = change;
  for (const name of tags) {
    const values = { digest, pushed_at: now, pushed_by: by, artifact: Number(artifact) };
    await transaction
      .insertInto("tags")
      .values({ repository_id: id, name, ...values })
      .onConflict((conflict) => conflict.columns(["repository_id", "name"]).doUpdateSet(values))
      .execute();
  }
  const newest = tags.at(-1);
  if (newest !== undefined && !artifact) {
    await transaction.updateTable("repositories").set({ newest_tag: newest }).where("id", "=", id).execute();
  }
}
