import type { Queryable } from "../database/database.ts";
import { prepare } from "../database/prepared.ts";
import type { Digest } from "../oci/digest.ts";
import { OciError } from "../oci/errors.ts";
import type { RepositoryName, Tag } from "../oci/reference.ts";
import { imageKey, type TagRecord, type Tags } from "./content.ts";
import type { ContentContext } from "./context.ts";
import { touchKeys, type DirtyKeyBell } from "./dirty-keys.ts";
import { requireMutable } from "./immutable-tags.ts";
import { tagRules } from "./repositories.ts";

export const LATEST = "latest" as Tag;

export function createTags({ database, now }: ContentContext, dirtyKeys: DirtyKeyBell): Tags {
  const byName = prepare(
    database,
    (queryable, { repository, tag }: { repository: RepositoryName; tag: Tag }) =>
      tagRows(queryable, repository).where("tags.name", "=", tag),
  );
  return {
    async find(repository, tag) {
      const row = await byName.first({ repository, tag });
      if (row) return toRecord(row);
      return tag === LATEST ? findAlias(database.read, repository) : undefined;
    },

    async list(repository, { after, limit }) {
      let query = database.read
        .selectFrom("tags")
        .innerJoin("repositories", "repositories.id", "tags.repository_id")
        .select("tags.name")
        .where("repositories.name", "=", repository)
        .orderBy("tags.name")
        .limit(limit);
      if (after !== undefined) query = query.where("tags.name", ">", after);
      const names = (await query.execute()).map((row) => row.name as Tag);
      return withAlias(names, { after, limit, alias: await findAlias(database.read, repository) });
    },

    async newest(repository, limit) {
      const rows = await tagRows(database.read, repository)
        .where("tags.artifact", "=", 0)
        .orderBy("tags.pushed_at", "desc")
        .orderBy("tags.name", "desc")
        .limit(limit)
        .execute();
      return rows.map(toRecord);
    },

    async count(repository) {
      const { count } = await database.read
        .selectFrom("tags")
        .innerJoin("repositories", "repositories.id", "tags.repository_id")
        .select((eb) => eb.fn.countAll<number>().as("count"))
        .where("repositories.name", "=", repository)
        .where("tags.artifact", "=", 0)
        .executeTakeFirstOrThrow();
      return Number(count);
    },

    async delete(repository, tag, { ifDigest } = {}) {
      const deleted = await database.write(async (transaction) => {
        const rules = await tagRules(transaction, repository);
        if (!rules) return false;
        const { id, immutableTags } = rules;
        let query = transaction.deleteFrom("tags").where("repository_id", "=", id).where("name", "=", tag);
        if (ifDigest !== undefined) query = query.where("digest", "=", ifDigest);
        const removed = await query.returning("name").execute();
        if (removed.length === 0) {
          if (tag === LATEST && ifDigest === undefined && (await findAlias(transaction, repository)))
            throw aliasRefusal(repository);
          return false;
        }
        requireMutable(immutableTags, { tags: [tag], action: `delete ${repository}:${tag}` });
        await afterTagsRemoved(transaction, { id, repository, tags: [tag], now: now() });
        return true;
      });
      if (deleted) dirtyKeys.ring();
      return deleted;
    },
  };
}

/** Marks the images of removed tags, their repository and the alias as changed, and finds the newest tag anew. */
export async function afterTagsRemoved(
  transaction: Queryable,
  {
    id,
    repository,
    tags,
    now,
  }: { id: number; repository: RepositoryName; tags: readonly Tag[]; now: number },
): Promise<void> {
  const newest = await transaction
    .selectFrom("tags")
    .select("name")
    .where("repository_id", "=", id)
    .where("artifact", "=", 0)
    .orderBy("pushed_at", "desc")
    .orderBy("name", "desc")
    .limit(1)
    .executeTakeFirst();
  await transaction
    .updateTable("repositories")
    .set({ newest_tag: newest?.name ?? null })
    .where("id", "=", id)
    .execute();
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

function tagRows(queryable: Queryable, repository: RepositoryName) {
  return queryable
    .selectFrom("tags")
    .innerJoin("repositories", "repositories.id", "tags.repository_id")
    .innerJoin("manifests", (join) =>
      join
        .onRef("manifests.repository_id", "=", "tags.repository_id")
        .onRef("manifests.digest", "=", "tags.digest"),
    )
    .select(["tags.name", "tags.digest", "tags.pushed_at", "tags.pushed_by", "manifests.media_type"])
    .where("repositories.name", "=", repository);
}

/** The newest image, when nobody pushed a tag `latest` (the caller has looked). */
async function findAlias(queryable: Queryable, repository: RepositoryName): Promise<TagRecord | undefined> {
  const row = await tagRows(queryable, repository)
    .whereRef("tags.name", "=", "repositories.newest_tag")
    .executeTakeFirst();
  if (!row || row.name === LATEST) return undefined;
  return { ...toRecord(row), name: LATEST, aliasOf: row.name as Tag };
}

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
}

function toRecord(row: TagRow): TagRecord {
  return {
    name: row.name as Tag,
    digest: row.digest as Digest,
    mediaType: row.media_type,
    pushedAt: new Date(row.pushed_at),
    pushedBy: row.pushed_by,
  };
}
