import type { ExpressionBuilder } from "kysely";
import type { Queryable } from "../database/database.ts";
import type { Tables } from "../database/tables.ts";
import type { Digest } from "../oci/digest.ts";

/** Manifests above one that are looked at; of more, those that are above all others go first, in their own turn. */
const MAX_ABOVE = 100;

export interface ReachQuery {
  repositoryId: number;
  digest: Digest;
  /** What was pushed or pulled after this is kept, milliseconds since 1970. */
  usedSince: number;
  /** What was deleted after this can be restored. */
  deletedSince: number;
  /** Manifests that count as gone. */
  isGone: (digest: Digest) => boolean;
}

/**
 * Whether a tag, a manifest that is in use, or something that can be restored reaches a manifest: as itself, as an index that names it, or as its
 * subject, over any number of steps.
 *
 * The search goes up, since an unreachable manifest seldom has anything above it, so that no mark of all that is
 * reachable need be kept, which would be out of date when it was done.
 * @returns when nothing does, the manifest and all that are above it, which nothing reaches either: they go together,
 * so that no index is there whose children were taken from it, and circles (an index about its own child) go too
 */
export async function findUnreachable(
  queryable: Queryable,
  query: ReachQuery,
): Promise<ReadonlySet<Digest> | "reachable" | "too many above"> {
  const found = new Set([query.digest]);
  let level = [query.digest];
  while (level.length > 0) {
    if (await hasRoot(queryable, query, level)) return "reachable";
    const above = await directlyAbove(queryable, query.repositoryId, level);
    if (above === undefined) return "too many above";
    level = [...above].filter((digest) => !found.has(digest) && !query.isGone(digest));
    for (const digest of level) found.add(digest);
    if (found.size > MAX_ABOVE) return "too many above";
  }
  return found;
}

async function hasRoot(
  queryable: Queryable,
  { repositoryId, usedSince, deletedSince }: ReachQuery,
  digests: readonly Digest[],
): Promise<boolean> {
  const root = await queryable
    .selectFrom("manifests")
    .select("digest")
    .where("repository_id", "=", repositoryId)
    .where("digest", "in", digests)
    .where((eb) =>
      eb.or([
        eb("pushed_at", ">", usedSince),
        eb("pulled_at", ">", usedSince),
        eb.exists(
          eb
            .selectFrom("tags")
            .select("tags.name")
            .whereRef("tags.repository_id", "=", "manifests.repository_id")
            .whereRef("tags.digest", "=", "manifests.digest"),
        ),
        // What can be restored keeps what it would bring: itself, its referrers, its children.
        eb.exists(deletionsSince(eb, deletedSince).whereRef("deletions.digest", "=", "manifests.digest")),
        eb.exists(deletionsSince(eb, deletedSince).whereRef("deletions.digest", "=", "manifests.subject")),
        eb.exists(
          deletionsSince(eb, deletedSince)
            .innerJoin("deletion_children", "deletion_children.deletion_id", "deletions.id")
            .whereRef("deletion_children.digest", "=", "manifests.digest"),
        ),
      ]),
    )
    .limit(1)
    .executeTakeFirst();
  return root !== undefined;
}

function deletionsSince(eb: ExpressionBuilder<Tables, "manifests">, deletedSince: number) {
  return eb
    .selectFrom("deletions")
    .select("deletions.id")
    .whereRef("deletions.repository_id", "=", "manifests.repository_id")
    .where("deletions.deleted_at", ">", deletedSince);
}

/**
 * Indexes that name any of these, and the subjects that any of these are about, if they are there.
 * @returns undefined when they are too many
 */
async function directlyAbove(
  queryable: Queryable,
  repositoryId: number,
  digests: readonly Digest[],
): Promise<Set<Digest> | undefined> {
  const indexes = await queryable
    .selectFrom("manifest_children")
    .select("manifest_digest as digest")
    .distinct()
    .where("repository_id", "=", repositoryId)
    .where("child_digest", "in", digests)
    .limit(MAX_ABOVE + 1)
    .execute();
  if (indexes.length > MAX_ABOVE) return undefined;
  const subjects = await queryable
    .selectFrom("manifests as referrers")
    .innerJoin("manifests as subjects", (join) =>
      join
        .onRef("subjects.repository_id", "=", "referrers.repository_id")
        .onRef("subjects.digest", "=", "referrers.subject"),
    )
    .select("subjects.digest")
    .where("referrers.repository_id", "=", repositoryId)
    .where("referrers.digest", "in", digests)
    .execute();
  return new Set([...indexes, ...subjects].map((row) => row.digest as Digest));
}
