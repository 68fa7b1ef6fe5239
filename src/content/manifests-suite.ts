import assert from "node:assert/strict";
import { test } from "node:test";
import { buildImage, buildIndex } from "../../test/image-builder.ts";
import { digestOf, type Digest } from "../oci/digest.ts";
import type { Content } from "./content.ts";
import {
  type NewRepository,
  pushBlobs,
  pushImage,
  putManifest,
  refuses,
  rejection,
  twoImages,
  V1,
  V2,
} from "./content.fixture.ts";
import type { WrongSize } from "./wrong-sizes.ts";

/** What a database must do for manifests, indexes and referrers. */
export function testManifests(content: Content, newRepository: NewRepository): void {
  test("a pushed image is found by tag and by digest, byte for byte", async () => {
    const repository = await newRepository();
    const image = await buildImage({ layers: [{ files: { "README.md": "# Hello" } }] });
    await pushImage(content, repository, { image, tags: [V1] });
    for (const reference of [{ tag: V1 }, { digest: image.digest }]) {
      const found = await content.manifests.find(repository, reference);
      assert.deepEqual(Buffer.from(found?.bytes ?? []), image.manifest);
      assert.equal(found?.mediaType, image.mediaType);
    }
  });

  test("a manifest whose blobs are missing is refused with each of them, and nothing of it is kept", async () => {
    const repository = await newRepository();
    const image = await buildImage({ layers: [{ files: { a: "a" } }] });
    const error = await rejection(putManifest(content, repository, { image, tags: [V1] }));
    assert.equal(error.code, "MANIFEST_BLOB_UNKNOWN");
    assert.deepEqual(
      new Set((error.detail as { digest: Digest }[]).map(({ digest }) => digest)),
      new Set(image.blobs.keys()),
    );
    assert.equal(await content.manifests.find(repository, { digest: image.digest }), undefined);
    assert.equal(await content.tags.find(repository, V1), undefined);
  });

  test("blobs of another repository do not count", async () => {
    const image = await buildImage({ layers: [{ files: { other: "other" } }] });
    await pushImage(content, await newRepository(), { image, tags: [V1] });
    await refuses(
      "MANIFEST_BLOB_UNKNOWN",
      putManifest(content, await newRepository(), { image, tags: [V1] }),
    );
  });

  test("a manifest that gives a blob another size is refused", async () => {
    const repository = await newRepository();
    const image = await buildImage({ layers: [{ files: { b: "b" } }] });
    await pushBlobs(content, repository, image);
    const text = image.manifest.toString().replace(/"size":(\d+)/, (_, size) => `"size":${Number(size) + 1}`);
    const wrong = { ...image, manifest: Buffer.from(text) };
    await refuses("SIZE_INVALID", putManifest(content, repository, { image: wrong, tags: [V1] }));
  });

  test("of what a manifest names twice, each size counts", async () => {
    const repository = await newRepository();
    const image = await buildImage({ layers: [{ files: { twice: "twice" } }] });
    await pushBlobs(content, repository, image);
    const json = JSON.parse(Buffer.from(image.manifest).toString()) as { layers: { size: number }[] };
    const [layer] = json.layers;
    assert.ok(layer);
    const layers = [{ ...layer, size: 1 }, layer, { ...layer, size: 2 }];
    const wrong = { ...image, manifest: Buffer.from(JSON.stringify({ ...json, layers })) };
    const error = await rejection(putManifest(content, repository, { image: wrong, tags: [V1] }));
    assert.equal(error.code, "SIZE_INVALID");
    assert.deepEqual(
      (error.detail as WrongSize[]).map(({ size, expected }) => [size, expected]),
      [
        [1, layer.size],
        [2, layer.size],
      ],
    );
  });

  test("the size of a mounted blob counts as that of any other", async () => {
    const [source, target] = [await newRepository(), await newRepository()];
    const image = await buildImage({ layers: [{ files: { mounted: "mounted" } }] });
    await pushBlobs(content, source, image);
    for (const digest of image.blobs.keys()) await content.blobs.mount(target, digest, source);
    const text = Buffer.from(image.manifest)
      .toString()
      .replaceAll(/"size":\d+/g, '"size":7');
    const wrong = { ...image, manifest: Buffer.from(text) };
    await refuses("SIZE_INVALID", putManifest(content, target, { image: wrong, tags: [V1] }));
    await putManifest(content, target, { image, tags: [V1] });
  });

  for (const format of ["oci", "docker"] as const) {
    test(`an index (${format}) that gives a manifest another size is refused with both, and nothing of it is kept`, async () => {
      const repository = await newRepository();
      const [one, other] = await twoImages();
      const index = buildIndex([{ image: one, size: 7 }, { image: other }, { image: other, size: 8 }], {
        format,
      });
      for (const image of [one, other]) await pushImage(content, repository, { image, tags: [] });
      const error = await rejection(putManifest(content, repository, { image: index, tags: [V1] }));
      assert.equal(error.code, "SIZE_INVALID");
      assert.match(
        error.message,
        new RegExp(`${one.digest} has 7 bytes, expected ${one.manifest.length}.* 1 others; build it again`),
      );
      assert.deepEqual(error.detail, [
        { digest: one.digest, size: 7, expected: one.manifest.length },
        { digest: other.digest, size: 8, expected: other.manifest.length },
      ]);
      assert.equal(await content.manifests.find(repository, { digest: index.digest }), undefined);
      assert.equal(await content.tags.find(repository, V1), undefined);
    });
  }

  test("a manifest of another size than an index that came before it says is taken, the index no second time", async () => {
    const repository = await newRepository();
    const child = await buildImage({ config: { variant: "v9" } });
    const [wrong, right] = [buildIndex([{ image: child, size: 7 }]), buildIndex([{ image: child }])];
    for (const index of [wrong, right]) await putManifest(content, repository, { image: index, tags: [V1] });
    await pushImage(content, repository, { image: child, tags: [] });
    assert.ok(await content.manifests.find(repository, { digest: wrong.digest }), "it is still there");
    await putManifest(content, repository, { image: right, tags: [V2] });
    await refuses("SIZE_INVALID", putManifest(content, repository, { image: wrong, tags: [V2] }));
    assert.equal((await content.tags.find(repository, V2))?.digest, right.digest);
  });

  test("a manifest pushed under a digest that is not its own is refused", async () => {
    const repository = await newRepository();
    const image = await buildImage({});
    await pushBlobs(content, repository, image);
    const push = {
      tags: [],
      bytes: image.manifest,
      expectedDigest: digestOf(Buffer.from("x")),
      pushedBy: "alice",
    };
    await refuses("DIGEST_INVALID", content.manifests.put(repository, push));
  });

  test("an index may come before its manifests", async () => {
    const repository = await newRepository();
    const child = await buildImage({ config: { variant: "v8" } });
    const index = buildIndex([{ image: child, platform: { os: "linux", architecture: "arm64" } }]);
    await putManifest(content, repository, { image: index, tags: [V1] });
    assert.equal((await content.tags.find(repository, V1))?.digest, index.digest);
  });

  test("of two pushes of one tag at once one wins, whole", async () => {
    const repository = await newRepository();
    const images = await Promise.all(
      ["one", "two"].map((text) => buildImage({ layers: [{ files: { text } }] })),
    );
    await Promise.all(images.map((image) => pushImage(content, repository, { image, tags: [V1] })));
    const found = await content.manifests.find(repository, { tag: V1 });
    const winner = images.find(({ digest }) => digest === found?.digest);
    assert.deepEqual(Buffer.from(found?.bytes ?? []), winner?.manifest);
  });

  test("deleting a manifest deletes its tags", async () => {
    const repository = await newRepository();
    const image = await buildImage({});
    await pushImage(content, repository, { image, tags: [V1, V2] });
    assert.equal(await content.manifests.delete(repository, image.digest, { deletedBy: "alice" }), true);
    assert.equal(await content.manifests.delete(repository, image.digest, { deletedBy: "alice" }), false);
    assert.deepEqual(await content.tags.list(repository, { limit: 10 }), []);
  });

  test("referrers are found by their subject and filtered by artifact type", async () => {
    const repository = await newRepository();
    const image = await buildImage({});
    await pushImage(content, repository, { image, tags: [V1] });
    const subject = { mediaType: image.mediaType, digest: image.digest, size: image.manifest.length };
    const sbom = await buildImage({
      manifest: { subject, artifactType: "text/sbom", annotations: { a: "b" } },
    });
    await pushImage(content, repository, { image: sbom, tags: [] });
    const { referrers, more } = await content.referrers.list(repository, image.digest, { limit: 10 });
    assert.deepEqual(
      referrers.map(({ digest, annotations }) => ({ digest, annotations })),
      [{ digest: sbom.digest, annotations: { a: "b" } }],
    );
    assert.equal(more, false);
    assert.deepEqual(
      await content.referrers.list(repository, image.digest, { limit: 10, artifactType: "x" }),
      { referrers: [], more: false },
    );
  });

  test("a page of referrers ends early when their annotations would make it too large to take", async () => {
    const repository = await newRepository();
    const image = await buildImage({});
    const subject = { mediaType: image.mediaType, digest: image.digest, size: image.manifest.length };
    const pushed: Digest[] = [];
    for (const text of ["a", "b", "c"]) {
      const annotations = { text: text.repeat(1.9 * 1024 * 1024) };
      const artifact = await buildImage({ manifest: { subject, annotations } });
      await pushImage(content, repository, { image: artifact, tags: [] });
      pushed.push(artifact.digest);
    }
    const first = await content.referrers.list(repository, image.digest, { limit: 10 });
    const second = await content.referrers.list(repository, image.digest, {
      limit: 10,
      after: first.referrers.at(-1)?.digest ?? "",
    });
    assert.deepEqual([first.more, second.more, first.referrers.length], [true, false, 2]);
    const listed = [...first.referrers, ...second.referrers].map(({ digest }) => digest);
    assert.deepEqual(listed, pushed.toSorted());
  });
}
