import type { Queryable } from "../database/database.ts";
import { prepareStatement } from "../database/prepared.ts";
import type { Digest } from "../oci/digest.ts";
import type { RepositoryName, Tag } from "../oci/reference.ts";
import { touchImages } from "./tags.ts";

/**
 * Marks the images as changed that were pushed before this blob of theirs came: what is in it is shown now.
 * @returns whether there are any
 */
export async function touchAwaiting(
  transaction: Queryable,
  { id, digest, now }: { id: number; digest: Digest; now: number },
): Promise<boolean> {
  const rows = await awaitingTags.all(transaction, { id, digest });
  const [first] = rows;
  if (!first) return false;
  const tags = rows.map((row) => row.tag as Tag);
  await touchImages(transaction, { repository: first.repository as RepositoryName, tags, now });
  return true;
}

/** Tags of manifests that await the blob, and of indexes that name those. */
const awaitingTags = prepareStatement((queryable, { id, digest }: { id: number; digest: Digest }) => {
  const awaiting = queryable
    .selectFrom("awaited_blobs as awaited")
    .innerJoin("repositories", "repositories.id", "awaited.repository_id")
    .where("awaited.blob_digest", "=", digest)
    .where("awaited.repository_id", "=", id);
  const own = awaiting.innerJoin("tags", (join) =>
    join
      .onRef("tags.repository_id", "=", "awaited.repository_id")
      .onRef("tags.digest", "=", "awaited.manifest_digest"),
  );
  const ofIndexes = awaiting
    .innerJoin("manifest_children as child", (join) =>
      join
        .onRef("child.repository_id", "=", "awaited.repository_id")
        .onRef("child.child_digest", "=", "awaited.manifest_digest"),
    )
    .innerJoin("tags", (join) =>
      join
        .onRef("tags.repository_id", "=", "child.repository_id")
        .onRef("tags.digest", "=", "child.manifest_digest"),
    );
  const columns = ["tags.name as tag", "repositories.name as repository"] as const;
  return own.select(columns).unionAll(ofIndexes.select(columns));
});
