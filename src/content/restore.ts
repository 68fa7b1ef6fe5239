import type { Database, Queryable } from "../database/database.ts";
import type { Digest } from "../oci/digest.ts";
import type { RepositoryName, Tag } from "../oci/reference.ts";
import type { ContentContext } from "./context.ts";
import type { Deletions, Restored, RestoreOptions } from "./deletions.ts";
import type { DirtyKeyBell } from "./dirty-keys.ts";
import { onceAgain } from "./once-again.ts";
import { restoreManifests } from "./restore-manifests.ts";
import type { Restoring } from "./restoring.ts";
import { findDeletedTags, restoreTags } from "./restore-tags.ts";
import { afterTagsChanged, tagsThatReach } from "./tags.ts";

/** Restores what `rememberTags` and `rememberManifest` have kept, in one transaction. */
export function createRestore(context: ContentContext, dirtyKeys: DirtyKeyBell): Deletions["restore"] {
  return async (id, options = {}) => {
    const restored = await onceAgain(context.database, (transaction) =>
      restore(transaction, context, { id, ...options }),
    );
    if (restored) dirtyKeys.ring();
    return restored;
  };
}

async function restore(
  transaction: Queryable,
  { database, now }: ContentContext,
  { id, replace = false }: RestoreOptions & { id: number },
): Promise<Restored | undefined> {
  const deletion = await lockDeletion(transaction, database, id);
  if (!deletion) return undefined;
  const { repositoryId, repository } = deletion;
  const deletedTags = await findDeletedTags(transaction, deletion);
  const digests = [deletion.digest, ...deletedTags.map((tag) => tag.digest as Digest)];
  const manifests = await restoreManifests(transaction, database, { ...deletion, digests, now: now() });
  const { tags, takenTags } = await restoreTags(transaction, { ...deletion, deletedTags, replace });
  const changed = new Set(tags);
  for (const digest of manifests) {
    for (const tag of await tagsThatReach(transaction, repositoryId, digest)) changed.add(tag);
  }
  if (changed.size > 0) {
    await afterTagsChanged(transaction, { id: repositoryId, repository, tags: [...changed], now: now() });
  }
  return { tags, manifests, takenTags };
}

/** Its row is locked, so that no collection takes what it keeps, and no other restores it as well. */
async function lockDeletion(
  transaction: Queryable,
  database: Database,
  id: number,
): Promise<Restoring | undefined> {
  const row = await transaction
    .selectFrom("deletions")
    .selectAll()
    .where("id", "=", id)
    .$if(database.kind === "postgres", (rows) => rows.forUpdate())
    .executeTakeFirst();
  if (!row) return undefined;
  const { name, immutable_tags } = await transaction
    .selectFrom("repositories")
    .select(["name", "immutable_tags"])
    .where("id", "=", row.repository_id)
    .executeTakeFirstOrThrow();
  return {
    id,
    repositoryId: row.repository_id,
    repository: name as RepositoryName,
    immutableTags: JSON.parse(immutable_tags) as string[],
    tag: row.tag === "" ? undefined : (row.tag as Tag),
    digest: row.digest as Digest,
    deletedAt: row.deleted_at,
  };
}
