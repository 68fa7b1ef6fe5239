import assert from "node:assert/strict";
import { test } from "node:test";
import { buildImage, buildIndex } from "../../test/image-builder.ts";
import type { Digest } from "../oci/digest.ts";
import {
  type ContentParts,
  type NewRepository,
  pushBlob,
  pushImage,
  putManifest,
  twoImages,
  V1,
  V2,
} from "./content.fixture.ts";
import { createContent } from "./create.ts";

/** Which keys controllers are told of. */
export function testDirtyKeys(
  { content, database, storage }: ContentParts,
  newRepository: NewRepository,
): void {
  test("a push touches its image, the alias and the repository; a key touched meanwhile is not settled", async () => {
    const repository = await newRepository();
    const image = await buildImage({});
    let rung = 0;
    const stop = content.dirtyKeys.onTouched(() => (rung += 1));
    await pushImage(content, repository, { image, tags: [V1] });
    stop();
    assert.equal(rung, 1);
    const taken = (await content.dirtyKeys.take(1000)).filter(({ key }) => key.startsWith(repository));
    assert.deepEqual(
      new Set(taken.map(({ kind, key }) => `${kind} ${key}`)),
      new Set([`image ${repository}:v1`, `image ${repository}:latest`, `repository ${repository}`]),
    );
    await pushImage(content, repository, { image, tags: [V1] });
    await content.dirtyKeys.settle(taken);
    const left = (await content.dirtyKeys.take(1000)).filter(({ key }) => key.startsWith(repository));
    assert.equal(left.length, 3);
    await content.dirtyKeys.settle(left);
    assert.deepEqual(
      (await content.dirtyKeys.take(1000)).filter(({ key }) => key.startsWith(repository)),
      [],
    );
  });

  test("another tag on a manifest that is there touches that tag's image alone", async () => {
    const repository = await newRepository();
    const image = await buildImage({});
    await pushImage(content, repository, { image, tags: [V1] });
    const ours = async () =>
      (await content.dirtyKeys.take(1000)).filter(({ key }) => key.startsWith(repository));
    await content.dirtyKeys.settle(await ours());
    await pushImage(content, repository, { image, tags: [V2] });
    assert.deepEqual(
      new Set((await ours()).map(({ kind, key }) => `${kind} ${key}`)),
      new Set([`image ${repository}:v2`, `image ${repository}:latest`, `repository ${repository}`]),
    );
  });

  test("the images of an index change when what it names comes or goes", async () => {
    const repository = await newRepository();
    const [child, other] = await twoImages();
    const index = buildIndex([{ image: child }, { image: other }]);
    const touched = async () => {
      const taken = (await content.dirtyKeys.take(1000)).filter(({ key }) => key.startsWith(repository));
      await content.dirtyKeys.settle(taken);
      return taken.map(({ key }) => key);
    };
    await pushImage(content, repository, { image: other, tags: [] });
    await pushImage(content, repository, { image: index, tags: [V1] });
    await touched();
    await pushImage(content, repository, { image: child, tags: [] });
    assert.ok((await touched()).includes(`${repository}:v1`));
    await content.manifests.delete(repository, child.digest, { deletedBy: "alice" });
    assert.ok((await touched()).includes(`${repository}:v1`));
  });

  test("images that came before a blob of theirs change when it comes, by upload or by mount", async () => {
    const sparse = createContent({ database, storage, sparseManifests: "all" });
    const [source, repository] = [await newRepository(), await newRepository()];
    const [image, other] = await twoImages();
    const index = buildIndex([{ image: other }]);
    const touched = async () => {
      const taken = (await sparse.dirtyKeys.take(1000)).filter(({ key }) => key.startsWith(repository));
      await sparse.dirtyKeys.settle(taken);
      return taken.map(({ key }) => key).filter((key) => /:v\d$/.test(key));
    };
    await pushImage(sparse, source, { image, tags: [V1] });
    await putManifest(sparse, repository, { image, tags: [V1] });
    await putManifest(sparse, repository, { image: other, tags: [] });
    await putManifest(sparse, repository, { image: index, tags: [V2] });
    await touched();
    let rung = 0;
    sparse.dirtyKeys.onTouched(() => (rung += 1));
    const mounted = image.blobs.keys().find((digest) => !other.blobs.has(digest));
    await sparse.blobs.mount(repository, mounted as Digest, source);
    assert.deepEqual([await touched(), rung], [[`${repository}:v1`], 1]);
    const [, bytes = Buffer.of()] = other.blobs.entries().find(([digest]) => !image.blobs.has(digest)) ?? [];
    await pushBlob(sparse, repository, bytes);
    assert.deepEqual([await touched(), rung], [[`${repository}:v2`], 2]);
    // It is there already.
    await pushBlob(sparse, repository, bytes);
    assert.deepEqual([await touched(), rung], [[], 2]);
    await sparse.close();
  });
}
