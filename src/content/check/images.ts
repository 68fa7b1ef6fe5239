import type { Queryable } from "../../database/database.ts";
import type { Digest } from "../../oci/digest.ts";
import { namesOf } from "../blob-names.ts";

/** Enough to see what is concerned, and whom to ask. */
const MAX_IMAGES = 20;
/** An index may be named by another one. */
const MAX_LEVELS = 4;

/** A manifest in a repository. */
export interface ManifestKey {
  repositoryId: number;
  digest: Digest;
}

/** Images that are concerned: `org/app:tag`, or `org/app@digest` when no tag leads there. */
export interface Images {
  /** At most 20. */
  names: string[];
  /** Whether there are no others. */
  complete: boolean;
}

/** The images that need a blob; none when no manifest names it. */
export async function imagesWithBlob(queryable: Queryable, digest: Digest): Promise<Images> {
  const rows = await namesOf(queryable, [digest], { limit: MAX_IMAGES + 1 });
  const names = new Set<string>();
  let complete = rows.length <= MAX_IMAGES;
  for (const row of rows) {
    const key = { repositoryId: row.repository_id, digest: row.manifest_digest as Digest };
    const images = await imagesWithManifest(queryable, key);
    for (const name of images.names) names.add(name);
    complete &&= images.complete;
  }
  return cut([...names], complete);
}

function cut(names: string[], complete = true): Images {
  return { names: names.slice(0, MAX_IMAGES), complete: complete && names.length <= MAX_IMAGES };
}

/** The tags that lead to a manifest, by itself or by an index; its digest when there is none. */
export async function imagesWithManifest(
  queryable: Queryable,
  { repositoryId, digest }: ManifestKey,
): Promise<Images> {
  const repository = await queryable
    .selectFrom("repositories")
    .select("name")
    .where("id", "=", repositoryId)
    .executeTakeFirst();
  const name = repository?.name ?? `repository ${repositoryId}, whose name is gone,`;
  let level: string[] = [digest];
  for (let number = 0; number < MAX_LEVELS && level.length > 0; number++) {
    const tags = await tagsOf(queryable, repositoryId, level);
    if (tags.length > 0) return cut(tags.map((tag) => `${name}:${tag}`));
    level = await indexesWith(queryable, repositoryId, level);
  }
  return cut([`${name}@${digest}`]);
}

async function tagsOf(queryable: Queryable, repositoryId: number, digests: string[]): Promise<string[]> {
  const rows = await queryable
    .selectFrom("tags")
    .select("name")
    .where("repository_id", "=", repositoryId)
    .where("digest", "in", digests)
    .orderBy("name")
    .limit(MAX_IMAGES + 1)
    .execute();
  return rows.map((row) => row.name);
}

async function indexesWith(queryable: Queryable, repositoryId: number, digests: string[]): Promise<string[]> {
  const rows = await queryable
    .selectFrom("manifest_children")
    .select("manifest_digest")
    .distinct()
    .where("repository_id", "=", repositoryId)
    .where("child_digest", "in", digests)
    .limit(MAX_IMAGES)
    .execute();
  return rows.map((row) => row.manifest_digest);
}
