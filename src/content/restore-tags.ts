import type { Queryable } from "../database/database.ts";
import type { TagTable } from "../database/tables.ts";
import type { Digest } from "../oci/digest.ts";
import type { Tag } from "../oci/reference.ts";
import { TagTakenError } from "./errors.ts";
import { immutableBy } from "../oci/tag-pattern.ts";
import { immutableError } from "./immutable-tags.ts";
import type { Restoring } from "./restoring.ts";

/** cosign's tags, and those that list referrers, begin with the digest that they are about, cut at 64 characters. */
const ABOUT_DIGEST_LENGTH = "sha256-".length + 64;

export interface DeletedTag extends TagTable {
  /** Of its row in `deletions`. */
  id: number;
}

/** The tag that was deleted, or those that a deleted manifest took along; and tags of signatures that went since. */
export async function findDeletedTags(transaction: Queryable, restoring: Restoring): Promise<DeletedTag[]> {
  const { id, repositoryId, tag, digest, deletedAt } = restoring;
  const about = digest.replace(":", "-").slice(0, ABOUT_DIGEST_LENGTH);
  const rows = await transaction
    .selectFrom("deletions")
    .select(["id", "repository_id", "tag as name", "digest", "artifact", "pushed_at", "pushed_by"])
    .where("repository_id", "=", repositoryId)
    .where(({ eb, or, and }) =>
      or([
        eb("id", "=", id),
        ...(tag === undefined ? [and([eb("digest", "=", digest), eb("deleted_at", "=", deletedAt)])] : []),
        and([eb("tag", ">=", about), eb("tag", "<", `${about}~`), eb("deleted_at", ">=", deletedAt)]),
      ]),
    )
    .where("tag", "!=", "")
    .orderBy("id")
    .execute();
  // Of a signature's tag that was moved and deleted again, the last.
  return [...new Map(rows.map((row) => [row.name, row])).values()];
}

/**
 * Sets deleted tags again; one that is at another digest by now stays there, unless `replace` is set.
 * @throws TagTakenError when that is the tag that was asked for; OciError DENIED when an immutable one would be moved
 */
export async function restoreTags(
  transaction: Queryable,
  restoring: Restoring & { deletedTags: readonly DeletedTag[]; replace: boolean },
): Promise<{ tags: Tag[]; takenTags: Tag[] }> {
  const { repository, deletedTags, digest } = restoring;
  const tags: Tag[] = [];
  const takenTags: Tag[] = [];
  for (const { id, ...row } of deletedTags) {
    const tag = row.name as Tag;
    const current = await setFreeTag(transaction, row);
    if (current === row.digest) tags.push(tag);
    else if (restoring.replace && row.digest === digest) {
      await moveTag(transaction, row, restoring);
      tags.push(tag);
    } else if (tag === restoring.tag) throw new TagTakenError(repository, { tag, digest, current });
    else takenTags.push(tag);
    if (tags.at(-1) === tag) await transaction.deleteFrom("deletions").where("id", "=", id).execute();
  }
  return { tags, takenTags };
}

/** Sets a tag that is not there, and locks one that is. @returns the digest that it is at */
async function setFreeTag(transaction: Queryable, row: TagTable): Promise<Digest> {
  const { digest } = await transaction
    .insertInto("tags")
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(["repository_id", "name"]).doUpdateSet((eb) => ({ digest: eb.ref("tags.digest") })),
    )
    .returning("digest")
    .executeTakeFirstOrThrow();
  return digest as Digest;
}

async function moveTag(
  transaction: Queryable,
  { repository_id, name, ...values }: TagTable,
  { repository, immutableTags }: Restoring,
): Promise<void> {
  const tag = name as Tag;
  const pattern = immutableBy(immutableTags, tag);
  if (pattern !== undefined)
    throw immutableError(`restore ${repository}:${tag} at ${values.digest}`, { tag, pattern });
  await transaction
    .updateTable("tags")
    .set(values)
    .where("repository_id", "=", repository_id)
    .where("name", "=", name)
    .execute();
}
