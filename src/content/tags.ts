import type { Queryable } from "../database/database.ts";
import { prepareStatement } from "../database/prepared.ts";
import { rememberUntilChanged } from "../database/remembered.ts";
import type { Digest } from "../oci/digest.ts";
import { OciError } from "../oci/errors.ts";
import type { ImageName, RepositoryName, Tag } from "../oci/reference.ts";
import { imageKey, type TagRecord, type Tags } from "./content.ts";
import type { ContentContext } from "./context.ts";
import { rememberTags } from "./deletion-rows.ts";
import { touchKeys, type DirtyKeyBell } from "./dirty-keys.ts";
import { requireMutable } from "./immutable-tags.ts";
import { findNewestTag } from "./newest-tag.ts";
import { tagRules } from "./repositories.ts";
import { prepareTagQueries, tagRows } from "./tag-queries.ts";

export const LATEST = "latest" as Tag;

export function createTags({ database, undeleteMs, now }: ContentContext, dirtyKeys: DirtyKeyBell): Tags {
  const { byName, page, newest, count, older } = prepareTagQueries(database);
  async function first({ repository, tag }: ImageName): Promise<TagRecord | undefined> {
    const row = await byName.first({ repository, tag });
    if (row) return toRecord(row);
    if (tag !== LATEST) return undefined;
    // Also one that was pushed since, which is the newest then: there was a `latest` all the time.
    const newestRow = await newestTag.first(database.read, { repository });
    return newestRow && toLatest(newestRow);
  }
  const findTag = rememberUntilChanged({ first, version: () => database.commits() }, imageKey);
  return {
    find: (repository, tag) => findTag({ repository, tag }),

    async list(repository, { after, limit }) {
      const rows = await page.all({ repository, after: after ?? "", limit });
      const names = rows.map((row) => row.name as Tag);
      return withAlias(names, { after, limit, alias: await findAlias(database.read, repository) });
    },

    async newest(repository, limit) {
      return (await newest.all({ repository, limit })).map(toRecord);
    },

    async count(repository) {
      return Number((await count.first({ repository }))?.count);
    },

    async hasOlder(repository, than) {
      return (await older.first({ repository, than: than.getTime() })) !== undefined;
    },

    async delete(repository, tag, { deletedBy, ifDigest }) {
      const deleted = await database.write(async (transaction) => {
        const rules = await tagRules(transaction, repository);
        if (!rules) return false;
        const { id, immutableTags } = rules;
        let query = transaction.deleteFrom("tags").where("repository_id", "=", id).where("name", "=", tag);
        if (ifDigest !== undefined) query = query.where("digest", "=", ifDigest);
        const removed = await query.returningAll().executeTakeFirst();
        if (!removed) {
          if (tag === LATEST && ifDigest === undefined && (await findAlias(transaction, repository)))
            throw aliasRefusal(repository);
          return false;
        }
        requireMutable(immutableTags, { tags: [tag], action: `delete ${repository}:${tag}` });
        if (undeleteMs > 0) {
          const digest = removed.digest as Digest;
          await rememberTags(transaction, { id, repository, digest, deletedBy, now: now() }, [removed]);
        }
        await afterTagsChanged(transaction, { id, repository, tags: [tag], now: now() });
        return true;
      });
      if (deleted) dirtyKeys.ring();
      return deleted;
    },
  };
}

/** After tags were deleted or restored: touches their images, and finds the newest tag anew. */
export async function afterTagsChanged(
  transaction: Queryable,
  {
    id,
    repository,
    tags,
    now,
  }: { id: number; repository: RepositoryName; tags: readonly Tag[]; now: number },
): Promise<void> {
  await findNewestTag(transaction, id);
  await touchImages(transaction, { repository, tags, now });
}

/** Marks the images of these tags, the `latest` alias and the repository as changed. */
export async function touchImages(
  transaction: Queryable,
  { repository, tags, now }: { repository: RepositoryName; tags: readonly Tag[]; now: number },
): Promise<void> {
  const images = [...tags, LATEST].map((tag) => ({
    kind: "image" as const,
    key: imageKey({ repository, tag }),
  }));
  await touchKeys(transaction, [...images, { kind: "repository", key: repository }], now);
}

/** Tags whose image shows this manifest: they name it, or an index that does. */
export async function tagsThatReach(transaction: Queryable, id: number, digest: Digest): Promise<Tag[]> {
  const rows = await reachingTags.all(transaction, { id, digest });
  return rows.map((row) => row.name as Tag);
}

const reachingTags = prepareStatement((queryable, { id, digest }: { id: number; digest: Digest }) =>
  queryable
    .selectFrom("tags")
    .select("name")
    .where("repository_id", "=", id)
    .where("digest", "=", digest)
    .unionAll(
      queryable
        .selectFrom("manifest_children")
        .innerJoin("tags", (join) =>
          join
            .onRef("tags.repository_id", "=", "manifest_children.repository_id")
            .onRef("tags.digest", "=", "manifest_children.manifest_digest"),
        )
        .select("tags.name")
        .where("manifest_children.repository_id", "=", id)
        .where("manifest_children.child_digest", "=", digest),
    ),
);

/** The newest image, when nobody pushed a tag `latest` (the caller has looked). */
async function findAlias(queryable: Queryable, repository: RepositoryName): Promise<TagRecord | undefined> {
  const row = await newestTag.first(queryable, { repository });
  return row && row.name !== LATEST ? toLatest(row) : undefined;
}

function toLatest(row: TagRow): TagRecord {
  return row.name === LATEST ? toRecord(row) : { ...toRecord(row), name: LATEST, aliasOf: row.name as Tag };
}

const newestTag = prepareStatement((queryable, { repository }: { repository: RepositoryName }) =>
  tagRows(queryable, repository).whereRef("tags.name", "=", "repositories.newest_tag"),
);

function withAlias(
  names: Tag[],
  { after, limit, alias }: { after: string | undefined; limit: number; alias: TagRecord | undefined },
): Tag[] {
  if (!alias || names.includes(LATEST) || (after !== undefined && after >= LATEST)) return names;
  const merged = [...names, LATEST].toSorted(byCodeUnits);
  return merged.slice(0, limit);
}

function byCodeUnits(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}

function aliasRefusal(repository: RepositoryName): OciError {
  return new OciError(
    "DENIED",
    `Cannot delete ${repository}:latest: nobody pushed it, the hub answers to it with the newest image; push latest yourself to have your own`,
  );
}

interface TagRow {
  name: string;
  digest: string;
  pushed_at: number;
  pushed_by: string;
  media_type: string;
  artifact: number;
}

function toRecord(row: TagRow): TagRecord {
  return {
    name: row.name as Tag,
    digest: row.digest as Digest,
    mediaType: row.media_type,
    pushedAt: new Date(row.pushed_at),
    pushedBy: row.pushed_by,
    isArtifact: row.artifact !== 0,
  };
}
