import assert from "node:assert/strict";
import { buildImage, buildIndex, type TestImage } from "../../test/image-builder.ts";
import type { BlobStorage } from "../blob-storage/port.ts";
import type { Database } from "../database/database.ts";
import type { Digest } from "../oci/digest.ts";

/** Lets whoever decides the order of a history decide who goes on here. */
export type Pause = (where: string) => Promise<void>;

/**
 * Images that share blobs, are in each other and about each other, by name: `base` and `other` share the
 * configuration, `both` is an index of them, `nested` one of that, `signature` is about `base`.
 */
export async function buildUniverse(): Promise<Record<string, TestImage>> {
  const [base, other] = await Promise.all(
    ["base", "other"].map((text) => buildImage({ layers: [{ bytes: Buffer.from(text) }] })),
  );
  assert.ok(base && other);
  const both = buildIndex([{ image: base }, { image: other }]);
  const subject = { mediaType: base.mediaType, digest: base.digest, size: base.manifest.length };
  return {
    base,
    other,
    both,
    nested: buildIndex([{ image: both }]),
    signature: await buildImage({
      layers: [{ bytes: Buffer.from("signature") }],
      manifest: { subject, artifactType: "application/signature" },
    }),
  };
}

/** A database whose writes pause before and after, so that others come between any two steps. */
export function pausingDatabase(database: Database, pause: Pause): Database {
  return {
    ...database,
    async write(work, options) {
      await pause("before write");
      const result = await database.write(work, options);
      await pause("after write");
      return result;
    },
  };
}

/** A storage whose changes pause before and after; `removing` tells how many removals are under way. */
export function pausingStorage(storage: BlobStorage, pause: Pause): BlobStorage & { removing: () => number } {
  let removing = 0;
  return {
    removing: () => removing,
    ...storage,
    async delete(digest: Digest) {
      removing += 1;
      await pause("before delete");
      await storage.delete(digest);
      removing -= 1;
      await pause("after delete");
    },
    async finish(upload, digest) {
      await pause("before finish");
      await storage.finish(upload, digest);
      await pause("after finish");
    },
    async cancel(upload) {
      await pause("before cancel");
      await storage.cancel(upload);
    },
  };
}

/** What tags reach of the manifests that are there: digests of manifests and blobs. */
export function reachable(
  images: readonly TestImage[],
  { tagged, stored }: { tagged: ReadonlySet<Digest>; stored: ReadonlySet<Digest> },
): { manifests: Set<Digest>; blobs: Set<Digest> } {
  const manifests = new Set(tagged);
  for (let before = -1; before < manifests.size;) {
    before = manifests.size;
    for (const image of images) {
      if (!stored.has(image.digest)) continue;
      if (manifests.has(image.digest)) {
        for (const child of image.children) if (stored.has(child.digest)) manifests.add(child.digest);
      }
      const { subject } = JSON.parse(image.manifest.toString()) as { subject?: { digest: Digest } };
      if (subject && manifests.has(subject.digest)) manifests.add(image.digest);
    }
  }
  const blobs = images
    .filter(({ digest }) => manifests.has(digest))
    .flatMap((image) => [...image.blobs.keys()]);
  return { manifests, blobs: new Set(blobs) };
}
