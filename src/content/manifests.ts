import { LRUCache } from "lru-cache";
import { isArtifact } from "../oci/artifact.ts";
import { algorithmOf, digestOf, type Digest } from "../oci/digest.ts";
import { OciError } from "../oci/errors.ts";
import { parseManifest, type Manifest } from "../oci/manifest.ts";
import type { RepositoryName, Tag } from "../oci/reference.ts";
import type { Database, Queryable, WriteTransaction } from "../database/database.ts";
import { isForeignKeyViolation } from "../database/errors.ts";
import { prepare } from "../database/prepared.ts";
import type { ManifestPush, ManifestRecord, Manifests, Tags } from "./content.ts";
import type { ContentContext } from "./context.ts";
import type { DirtyKeyBell } from "./dirty-keys.ts";
import { insertLinks, requireContent } from "./manifest-links.ts";
import { insertManifest, setTags } from "./manifest-rows.ts";
import { createIsKept, markUsed } from "./manifest-use.ts";
import { requireMutable } from "./immutable-tags.ts";
import { tagRules } from "./repositories.ts";
import { afterTagsRemoved, touchImages } from "./tags.ts";

/** Memory for manifests that are asked for often; a manifest is a few KiB, so some ten thousand fit. */
const CACHE_BYTES = 32 * 1024 * 1024;

export function createManifests(
  context: ContentContext,
  parts: { tags: Tags; dirtyKeys: DirtyKeyBell },
): Manifests {
  const { database, now } = context;
  const isKept = createIsKept(context);
  const rowByDigest = prepareRowByDigest(database);
  const contents = new LRUCache<Digest, Uint8Array>({
    maxSize: CACHE_BYTES,
    sizeCalculation: (bytes) => bytes.byteLength + 200,
  });

  return {
    async find(repository, reference, { forPush = false } = {}) {
      const row =
        "digest" in reference
          ? await rowByDigest(repository, reference.digest)
          : await parts.tags.find(repository, reference.tag);
      if (!row) return undefined;
      if (forPush && "usedAt" in row && !(await isKept(repository, row))) return undefined;
      const bytes = contents.get(row.digest) ?? (await readContent(database.read, row.digest));
      if (!bytes) return undefined;
      contents.set(row.digest, bytes);
      return { digest: row.digest, mediaType: row.mediaType, sizeBytes: bytes.byteLength, bytes };
    },

    async put(repository, push) {
      const manifest = parseManifest(push.bytes, push.contentType);
      const digest = checkDigest(push);
      await onceAgain(async (transaction) => {
        const rules = await tagRules(transaction, repository);
        if (!rules)
          throw new OciError("NAME_UNKNOWN", `Cannot push to ${repository}: it was deleted meanwhile`);
        const { id } = rules;
        const children = manifest.manifests.map((child) => child.digest);
        await markUsed(transaction, { id, digests: children, now: now() });
        const blobs = await requireContent(transaction, { id, manifest, sparse: context.sparseManifests });
        await storeManifest(transaction, { ...rules, repository, manifest, digest, blobs, push, now: now() });
      });
      contents.set(digest, push.bytes);
      parts.dirtyKeys.ring();
      return { digest, manifest };
    },

    async delete(repository, digest) {
      const deleted = await onceAgain(async (transaction) => {
        const rules = await tagRules(transaction, repository);
        return (
          rules !== undefined && deleteManifest(transaction, { ...rules, repository, digest, now: now() })
        );
      });
      if (deleted) parts.dirtyKeys.ring();
      return deleted;
    },
  };

  /**
   * In PostgreSQL, between look and use, a collection may take a link or a manifest's bytes, and a push may set a tag
   * to a manifest that is deleted: the second look sees that.
   */
  async function onceAgain<T>(work: (transaction: WriteTransaction) => Promise<T>): Promise<T> {
    try {
      return await database.write(work);
    } catch (error) {
      if (!isForeignKeyViolation(error)) throw error;
      return database.write(work);
    }
  }
}

function checkDigest({ bytes, expectedDigest }: ManifestPush): Digest {
  const digest = digestOf(bytes, expectedDigest ? algorithmOf(expectedDigest) : "sha256");
  if (expectedDigest && digest !== expectedDigest) {
    throw new OciError(
      "DIGEST_INVALID",
      `Cannot store manifest: its digest is ${digest}, expected ${expectedDigest}`,
    );
  }
  return digest;
}

interface StoredPush {
  id: number;
  immutableTags: readonly string[];
  repository: RepositoryName;
  manifest: Manifest;
  digest: Digest;
  blobs: Digest[];
  push: ManifestPush;
  now: number;
}

async function storeManifest(transaction: Queryable, stored: StoredPush): Promise<void> {
  const { id, immutableTags, repository, manifest, digest, push, now } = stored;
  const isNew = await insertManifest(transaction, stored);
  await insertLinks(transaction, stored);
  const artifact = push.tags.length > 0 && push.tags.every((tag) => isArtifact(manifest, tag));
  await setTags(transaction, {
    id,
    digest,
    tags: push.tags,
    immutableTags,
    artifact,
    by: push.pushedBy,
    now,
  });
  // What was here is shown already: only a manifest that an index named before it came changes other tags' images.
  const reached = isNew ? await tagsThatReach(transaction, id, digest) : [];
  const tags = new Set([...push.tags, ...reached]);
  if (tags.size > 0) await touchImages(transaction, { repository, tags: [...tags], now });
}

/** Tags whose image shows this manifest: it was pushed again, or after an index that named it already. */
async function tagsThatReach(transaction: Queryable, id: number, digest: Digest): Promise<Tag[]> {
  const direct = await transaction
    .selectFrom("tags")
    .select("name")
    .where("repository_id", "=", id)
    .where("digest", "=", digest)
    .execute();
  const byIndex = await transaction
    .selectFrom("manifest_children")
    .innerJoin("tags", (join) =>
      join
        .onRef("tags.repository_id", "=", "manifest_children.repository_id")
        .onRef("tags.digest", "=", "manifest_children.manifest_digest"),
    )
    .select("tags.name")
    .where("manifest_children.repository_id", "=", id)
    .where("manifest_children.child_digest", "=", digest)
    .execute();
  return [...direct, ...byIndex].map((row) => row.name as Tag);
}

async function deleteManifest(
  transaction: Queryable,
  { id, immutableTags, repository, digest, now }: Omit<StoredPush, "manifest" | "blobs" | "push">,
): Promise<boolean> {
  const tags = await transaction
    .deleteFrom("tags")
    .where("repository_id", "=", id)
    .where("digest", "=", digest)
    .returning("name")
    .execute();
  if (immutableTags.length > 0) {
    // An index is no more than what it names, so its tag holds that as well.
    const reached = [
      ...tags.map((row) => row.name as Tag),
      ...(await tagsThatReach(transaction, id, digest)),
    ];
    requireMutable(immutableTags, { tags: reached, action: `delete ${repository}@${digest}` });
  }
  for (const table of ["manifest_blobs", "manifest_children"] as const) {
    await transaction
      .deleteFrom(table)
      .where("repository_id", "=", id)
      .where("manifest_digest", "=", digest)
      .execute();
  }
  const removed = await transaction
    .deleteFrom("manifests")
    .where("repository_id", "=", id)
    .where("digest", "=", digest)
    .returning("digest")
    .execute();
  if (tags.length > 0) {
    await afterTagsRemoved(transaction, { id, repository, tags: tags.map((row) => row.name as Tag), now });
  }
  return removed.length > 0;
}

interface RowByDigest extends Pick<ManifestRecord, "digest" | "mediaType"> {
  /** Milliseconds since 1970. */
  usedAt: number;
}

function prepareRowByDigest(database: Database) {
  const query = prepare(
    database,
    (queryable, { repository, digest }: { repository: RepositoryName; digest: Digest }) =>
      queryable
        .selectFrom("manifests")
        .innerJoin("repositories", "repositories.id", "manifests.repository_id")
        .select(["manifests.media_type", "manifests.pushed_at", "manifests.pulled_at"])
        .where("repositories.name", "=", repository)
        .where("manifests.digest", "=", digest),
  );
  return async (repository: RepositoryName, digest: Digest): Promise<RowByDigest | undefined> => {
    const row = await query.first({ repository, digest });
    return row && { digest, mediaType: row.media_type, usedAt: Math.max(row.pushed_at, row.pulled_at) };
  };
}

async function readContent(queryable: Queryable, digest: Digest): Promise<Uint8Array | undefined> {
  const row = await queryable
    .selectFrom("manifest_contents")
    .select("content")
    .where("digest", "=", digest)
    .executeTakeFirst();
  return row?.content;
}
