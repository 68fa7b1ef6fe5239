import assert from "node:assert/strict";
import type { TestImage } from "../../test/image-builder.ts";
import { createMemoryStorage } from "../blob-storage/memory.ts";
import type { BlobStorage } from "../blob-storage/port.ts";
import type { Database } from "../database/database.ts";
import { digestOf, type Digest } from "../oci/digest.ts";
import { parseRepositoryName, type RepositoryName, type Tag } from "../oci/reference.ts";
import type { Content, SparseManifests } from "./content.ts";
import { createContent } from "./create.ts";
import type { CollectedKind, CollectOptions } from "./garbage.ts";

export const HOUR_MS = 60 * 60 * 1000;
export const DAY_MS = 24 * HOUR_MS;

/** For tests: content whose clock stands still until it is advanced. */
export interface TestStore {
  content: Content;
  database: Database;
  storage: BlobStorage;
  now: () => number;
  advance(ms: number): void;
  newRepository(): Promise<RepositoryName>;
  /** Another hub's content, on the same database and storage. */
  another(): Content;
  close(): Promise<void>;
}

/**
 * Empties the database, and opens content on it and a new storage.
 * @param options.wrap puts something between content and its storage
 * @param options.sparseManifests default: as content's
 */
export async function openTestStore(
  database: Database,
  {
    wrap = (storage) => storage,
    sparseManifests = "indexes",
  }: { wrap?: (storage: BlobStorage) => BlobStorage; sparseManifests?: SparseManifests } = {},
): Promise<TestStore> {
  await empty(database);
  let time = Date.now();
  const now = () => time;
  const storage = wrap(createMemoryStorage({ now }));
  const contents: Content[] = [];
  const another = () => {
    const content = createContent({ database, storage, sparseManifests, now });
    contents.push(content);
    return content;
  };
  const content = another();
  let repositories = 0;
  return {
    content,
    database,
    storage,
    now,
    another,
    advance(ms) {
      time += ms;
    },
    async newRepository() {
      repositories += 1;
      const repository = parseRepositoryName(`org${repositories}/app`);
      await content.repositories.ensure(repository, { newOrganizationOwner: "alice" });
      return repository;
    },
    async close() {
      for (const one of contents) await one.close();
    },
  };
}

async function empty(database: Database): Promise<void> {
  await database.write(async (transaction) => {
    for (const table of [
      "deletions",
      "tags",
      "manifests",
      "manifest_contents",
      "repository_blobs",
      "blobs",
      "uploads",
      "dirty_keys",
      "repositories",
      "organization_members",
      "organizations",
    ] as const) {
      await transaction.deleteFrom(table).execute();
    }
  });
}

/** A storage whose calls wait for what `hold` says, and fail as it does: before the call, or after `finish`. */
export interface HeldStorage extends BlobStorage {
  hold: { delete?: Hold; finish?: Hold; finished?: Hold };
}

type Hold = (digest: Digest) => Promise<void>;

export function heldStorage(storage: BlobStorage): HeldStorage {
  const hold: HeldStorage["hold"] = {};
  return {
    ...storage,
    hold,
    async delete(digest) {
      await hold.delete?.(digest);
      await storage.delete(digest);
    },
    async finish(upload, digest) {
      await hold.finish?.(digest);
      await storage.finish(upload, digest);
      await hold.finished?.(digest);
    },
  };
}

/** A hold that tells when it is reached, and lets go when told. */
export function createGate(): { hold: Hold; reached: Promise<void>; open: () => void } {
  const reached = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  return {
    reached: reached.promise,
    open: opened.resolve,
    async hold() {
      reached.resolve();
      await opened.promise;
    },
  };
}

export async function pushBlob(
  content: Content,
  repository: RepositoryName,
  bytes: Uint8Array,
): Promise<Digest> {
  const upload = content.uploads.start(repository);
  await content.uploads.append(repository, upload, { body: bodyOf(bytes) });
  await content.uploads.finish(repository, upload, digestOf(bytes));
  return digestOf(bytes);
}

export async function* bodyOf(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/** Pushes an image as a client does: what the hub has already is left out. */
export async function pushImage(
  content: Content,
  repository: RepositoryName,
  { image, tags = [] }: { image: TestImage; tags?: Tag[] },
): Promise<void> {
  for (const child of image.children) {
    if (!(await content.manifests.find(repository, { digest: child.digest }, { forPush: true })))
      await pushImage(content, repository, { image: child });
  }
  for (const [digest, bytes] of image.blobs) {
    if ((await content.blobs.stat(repository, digest, { forPush: true })) === undefined)
      await pushBlob(content, repository, bytes);
  }
  await content.manifests.put(repository, {
    tags,
    bytes: image.manifest,
    contentType: image.mediaType,
    pushedBy: "alice",
  });
}

/** Collects, and says how many of each went. */
export async function collect(
  content: Content,
  options?: CollectOptions,
): Promise<Record<CollectedKind, number>> {
  const { collected, complete, failures } = await content.garbage.collect(options);
  assert.deepEqual([complete, failures], [true, 0]);
  return Object.fromEntries(Object.entries(collected).map(([kind, { count }]) => [kind, count])) as Record<
    CollectedKind,
    number
  >;
}

export const NOTHING: Record<CollectedKind, number> = {
  uploads: 0,
  manifests: 0,
  links: 0,
  contents: 0,
  blobs: 0,
  quarantined: 0,
};

/** Everything that is stored, by kind. */
export async function inventory({ database, storage }: Pick<TestStore, "database" | "storage">) {
  const { read } = database;
  const [blobs, links, contents, manifests, uploads] = await Promise.all([
    read.selectFrom("blobs").select("digest").execute(),
    read.selectFrom("repository_blobs").select(["repository_id", "digest"]).execute(),
    read.selectFrom("manifest_contents").select("digest").execute(),
    read.selectFrom("manifests").select(["repository_id", "digest"]).execute(),
    read.selectFrom("uploads").select("id").execute(),
  ]);
  const [stored, storedUploads] = await Promise.all([
    Array.fromAsync(storage.list()),
    Array.fromAsync(storage.listUploads()),
  ]);
  return {
    blobs: blobs.map((row) => row.digest).toSorted(),
    links: links.map((row) => `${row.repository_id} ${row.digest}`).toSorted(),
    contents: contents.map((row) => row.digest).toSorted(),
    manifests: manifests.map((row) => `${row.repository_id} ${row.digest}`).toSorted(),
    uploads: uploads.map((row) => row.id).toSorted(),
    stored: stored.map(({ digest }) => digest as string).toSorted(),
    storedUploads: storedUploads.map(({ upload }) => upload).toSorted(),
  };
}
