import { LRUCache } from "lru-cache";
import { collectHeap } from "../blob-storage/heap.ts";
import { isArtifact } from "../oci/artifact.ts";
import { algorithmOf, digestOf, type Digest } from "../oci/digest.ts";
import { OciError } from "../oci/errors.ts";
import { parsePushedManifest, type Manifest } from "../oci/manifest.ts";
import type { RepositoryName, Tag } from "../oci/reference.ts";
import type { Database, Queryable } from "../database/database.ts";
import { prepare, prepareStatement } from "../database/prepared.ts";
import { createWriteQueue } from "../database/write-queue.ts";
import type { ManifestPush, ManifestRecord, Manifests, PushedManifest, Tags } from "./content.ts";
import type { ContentContext } from "./context.ts";
import { deleteManifest } from "./delete-manifest.ts";
import type { DirtyKeyBell } from "./dirty-keys.ts";
import { insertLinks, requireContent, requireSizes, type StoredContent } from "./manifest-links.ts";
import { insertManifest, setTags } from "./manifest-rows.ts";
import { createIsKept, lockNamed, markUsed } from "./manifest-use.ts";
import { onceAgain } from "./once-again.ts";
import { tagRules } from "./repositories.ts";
import { tagsThatReach, touchImages } from "./tags.ts";

/** Memory for manifests that are asked for often; a manifest is a few KiB, so some ten thousand fit. */
const CACHE_BYTES = 32 * 1024 * 1024;

/**
 * Parsed, a manifest takes up to ten times its bytes: those that are larger than nearly all go one after the other, and
 * what each leaves is freed before the next. V8 would let it pile up, to 400 MiB.
 */
const LARGE_BYTES = 256 * 1024;

export function createManifests(
  context: ContentContext,
  parts: { tags: Tags; dirtyKeys: DirtyKeyBell },
): Manifests {
  const { database, now } = context;
  const isKept = createIsKept(context);
  // Relaxed: a pull is counted so. A hub that cannot write still serves what it has.
  const isKeptForPull: typeof isKept = (repository, row) =>
    isKept(repository, row, { relaxed: true }).catch(() => true);
  const rowByDigest = prepareRowByDigest(database);
  const contents = new LRUCache<Digest, Uint8Array>({
    maxSize: CACHE_BYTES,
    // As bytes, and as the text that is sent.
    sizeCalculation: (bytes) => 2 * bytes.byteLength + 200,
  });

  const inTurn = createWriteQueue();

  function putLarge(repository: RepositoryName, push: ManifestPush): Promise<PushedManifest> {
    return inTurn(() => put(repository, push).finally(() => collectHeap("major")));
  }

  async function put(repository: RepositoryName, push: ManifestPush): Promise<PushedManifest> {
    const manifest = parsePushedManifest(push.bytes, push.contentType);
    const digest = checkDigest(push);
    const stored = await onceAgain(database, async (transaction) => {
      const rules = await tagRules(transaction, repository);
      if (!rules)
        throw new OciError("NAME_UNKNOWN", `Cannot push to ${repository}: it was deleted meanwhile`);
      const { id } = rules;
      const children = manifest.manifests.map((child) => child.digest);
      await markUsed(transaction, { id, digests: children, now: now() });
      await lockNamed(transaction, database, { id, digests: children });
      await push.alongside?.(transaction, digest);
      const sparse = context.sparseManifests;
      const content = await requireContent(transaction, { id, digest, manifest, sparse });
      if (!push.takeWrongSizes) requireSizes(content.wrongSizes);
      const storing = { ...rules, repository, manifest, digest, content, push, now: now() };
      return { ...content, id, shownBy: await storeManifest(transaction, storing) };
    });
    contents.set(digest, push.bytes);
    if (!stored.isKnown) await touchUnseen(repository, { ...stored, digest });
    parts.dirtyKeys.ring();
    return { digest, manifest, wrongSizes: stored.wrongSizes };
  }

  /** In PostgreSQL an index may be pushed at once with what it names: neither sees the other before both are there. */
  async function touchUnseen(
    repository: RepositoryName,
    { id, digest, shownBy }: { id: number; digest: Digest; shownBy: ReadonlySet<Tag> },
  ): Promise<void> {
    if (database.kind !== "postgres" || context.sparseManifests === "none") return;
    const tags = new Set(await tagsThatReach(database.read, id, digest)).difference(shownBy);
    if (tags.size === 0) return;
    await database.write((transaction) =>
      touchImages(transaction, { repository, tags: [...tags], now: now() }),
    );
  }

  return {
    async find(repository, reference, { forPush = false, forPull = false } = {}) {
      const row =
        "digest" in reference
          ? await rowByDigest(repository, reference.digest)
          : await parts.tags.find(repository, reference.tag);
      if (!row) return undefined;
      if (forPush && "usedAt" in row && !(await isKept(repository, row))) return undefined;
      if (forPull && "usedAt" in row && !(await isKeptForPull(repository, row))) return undefined;
      const bytes = contents.get(row.digest) ?? (await readContent(database.read, row.digest));
      if (!bytes) return undefined;
      contents.set(row.digest, bytes);
      return { digest: row.digest, mediaType: row.mediaType, sizeBytes: bytes.byteLength, bytes };
    },

    put: (repository, push) =>
      push.bytes.byteLength > LARGE_BYTES ? putLarge(repository, push) : put(repository, push),

    async delete(repository, digest, { deletedBy }) {
      const deleted = await onceAgain(database, async (transaction) => {
        const rules = await tagRules(transaction, repository);
        if (!rules) return false;
        const deleting = { ...rules, repository, digest, deletedBy, now: now() };
        return deleteManifest(transaction, context, deleting);
      });
      if (deleted) parts.dirtyKeys.ring();
      return deleted;
    },
  };
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
  content: StoredContent;
  push: ManifestPush;
  now: number;
}

/** @returns the tags whose images show it, which it has marked as changed */
async function storeManifest(transaction: Queryable, stored: StoredPush): Promise<ReadonlySet<Tag>> {
  const { id, immutableTags, repository, manifest, digest, content, push, now } = stored;
  await insertManifest(transaction, stored);
  await insertLinks(transaction, { id, digest, manifest, blobs: content.blobs });
  await setTags(transaction, {
    id,
    digest,
    tags: push.tags,
    immutableTags,
    artifacts: new Set(push.tags.filter((tag) => isArtifact(manifest, tag))),
    by: push.pushedBy,
    now,
    ...(push.tagsSetAt && { setAt: push.tagsSetAt.getTime() }),
  });
  // What was here is shown already: only a manifest that an index named before it came changes other tags' images.
  const reached = content.isKnown ? [] : await tagsThatReach(transaction, id, digest);
  const tags = new Set([...push.tags, ...reached]);
  if (tags.size > 0) await touchImages(transaction, { repository, tags: [...tags], now });
  return tags;
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

/** Bytes that were damaged are as good as gone: a client that asks whether they are there pushes them again. */
async function readContent(queryable: Queryable, digest: Digest): Promise<Uint8Array | undefined> {
  const row = await contentByDigest.first(queryable, { digest });
  return row && digestOf(row.content, algorithmOf(digest)) === digest ? row.content : undefined;
}

const contentByDigest = prepareStatement((queryable, { digest }: { digest: Digest }) =>
  queryable.selectFrom("manifest_contents").select("content").where("digest", "=", digest),
);
