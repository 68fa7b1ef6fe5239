import assert from "node:assert/strict";
import { buildImage, type TestImage } from "../../test/image-builder.ts";
import type { Database } from "../database/database.ts";
import type { Digest } from "../oci/digest.ts";
import type { RepositoryName, Tag } from "../oci/reference.ts";
import { openTestStore, type TestStore } from "./garbage.fixture.ts";

/** A store with a repository, and an image for each name. */
export async function openWith<const Names extends readonly string[]>(
  database: Database,
  names: Names,
): Promise<{
  store: TestStore;
  repository: RepositoryName;
  images: { [Index in keyof Names]: TestImage };
}> {
  const store = await openTestStore(database);
  const repository = await store.newRepository();
  const images = await Promise.all(
    names.map((name) => buildImage({ layers: [{ bytes: Buffer.from(name) }] })),
  );
  return { store, repository, images: images as { [Index in keyof Names]: TestImage } };
}

export async function referrer(text: string, of: TestImage): Promise<TestImage> {
  const subject = { mediaType: of.mediaType, digest: of.digest, size: of.manifest.length };
  const manifest = { subject, artifactType: "application/signature" };
  return buildImage({ layers: [{ bytes: Buffer.from(text) }], manifest });
}

/** Restores the latest deletion of a tag, or of a manifest. */
export async function restore(
  { content }: TestStore,
  repository: RepositoryName,
  wanted: { tag: Tag } | { digest: Digest },
) {
  const tag = "tag" in wanted ? wanted.tag : undefined;
  const found = await content.deletions.list({ repository, ...wanted, limit: 10 });
  const deletion = found.find((one) => one.tag === tag);
  assert.ok(deletion, `nothing deleted is ${JSON.stringify(wanted)}`);
  const restored = await content.deletions.restore(deletion.id);
  assert.ok(restored);
  return restored;
}

export async function assertWhole(
  { content }: TestStore,
  repository: RepositoryName,
  image: TestImage,
): Promise<void> {
  const found = await content.manifests.find(repository, { digest: image.digest });
  assert.deepEqual(found && Buffer.from(found.bytes), image.manifest);
  for (const [digest, bytes] of image.blobs) {
    assert.equal(await content.blobs.stat(repository, digest), bytes.length);
    const read = await (await content.blobs.read(digest)).toArray();
    assert.deepEqual(Buffer.concat(read), Buffer.from(bytes));
  }
}
