import assert from "node:assert/strict";
import { buildImage, type TestImage } from "../../../test/image-builder.ts";
import type { BlobStorage } from "../../blob-storage/port.ts";
import type { Database } from "../../database/database.ts";
import { digestOf, type Digest } from "../../oci/digest.ts";
import { parseTag, type RepositoryName } from "../../oci/reference.ts";
import { bodyOf, openTestStore, pushImage, type TestStore } from "../garbage.fixture.ts";
import type { CheckOptions, CheckReport } from "./checker.ts";

export const V1 = parseTag("v1");
export const V2 = parseTag("v2");

export interface DamageableDatabase {
  database: Database;
  /** Runs statements that only damage would: rows go although others refer to them. */
  damage(statements: string[]): Promise<void>;
}

/** A store with one image, whose layer is `layer`; its storage can be made to fail, or to wait. */
export interface World extends TestStore, StorageHooks {
  repository: RepositoryName;
  image: TestImage;
}

/** What a storage does before, or after, what it is asked for. */
interface StorageHooks {
  read: (digest: Digest) => Promise<void>;
  stat: (digest: Digest) => Promise<void>;
  statted: (digest: Digest) => Promise<void>;
  finished: () => Promise<void>;
  deleted: () => Promise<void>;
  setAside: () => Promise<void>;
}

/** @returns the digest of the layer, too */
export async function worldWithImage({
  database,
}: DamageableDatabase): Promise<{ world: World; digest: Digest }> {
  const hooks: StorageHooks = {
    read: () => Promise.resolve(),
    stat: () => Promise.resolve(),
    statted: () => Promise.resolve(),
    finished: () => Promise.resolve(),
    deleted: () => Promise.resolve(),
    setAside: () => Promise.resolve(),
  };
  const store = await openTestStore(database, { wrap: (storage) => hookedStorage(storage, hooks) });
  const repository = await store.newRepository();
  const image = await someImage("layer");
  await pushImage(store.content, repository, { image, tags: [V1] });
  const world = Object.assign(hooks, store, { repository, image });
  return { world, digest: digestOf(Buffer.from("layer")) };
}

function hookedStorage(storage: BlobStorage, hooks: StorageHooks): BlobStorage {
  return {
    ...storage,
    async read(digest, range) {
      await hooks.read(digest);
      return storage.read(digest, range);
    },
    async stat(digest) {
      await hooks.stat(digest);
      const sizeBytes = await storage.stat(digest);
      await hooks.statted(digest);
      return sizeBytes;
    },
    async finish(upload, digest) {
      await storage.finish(upload, digest);
      await hooks.finished();
    },
    async delete(digest) {
      await storage.delete(digest);
      await hooks.deleted();
    },
    quarantine: {
      ...storage.quarantine,
      async write(name, body) {
        await hooks.setAside();
        await storage.quarantine.write(name, body);
      },
    },
  };
}

export function someImage(text: string): Promise<TestImage> {
  return buildImage({ layers: [{ bytes: Buffer.from(text) }] });
}

export function check({ content }: TestStore, options?: CheckOptions): Promise<CheckReport> {
  return content.checker.check(options);
}

/** What was found, but for damaged bytes that an earlier repair set aside. */
export function withoutNotes({ counts }: CheckReport): CheckReport["counts"] {
  const { "blob-set-aside": _, ...damage } = counts;
  return damage;
}

/** A push as clients do it, which leave out what is there; afterwards all is whole, also for a hub that starts anew. */
export async function healByPush(world: World): Promise<void> {
  const { repository, image } = world;
  await pushImage(world.content, repository, { image, tags: [V1] });
  assert.deepEqual(withoutNotes(await check(world)), {});
  const found = await world.another().manifests.find(repository, { tag: V1 });
  assert.deepEqual(found?.bytes && Buffer.from(found.bytes), Buffer.from(image.manifest));
  for (const [digest, bytes] of image.blobs)
    assert.equal(await world.content.blobs.stat(repository, digest), bytes.length);
}

export async function replaceBytes(storage: BlobStorage, digest: Digest, bytes: Uint8Array): Promise<void> {
  await storage.delete(digest);
  await storage.append("damage", bodyOf(bytes), { offset: 0 });
  await storage.finish("damage", digest);
}
