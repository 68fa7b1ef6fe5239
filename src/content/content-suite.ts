import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { buildImage, buildIndex, type TestImage } from "../../test/image-builder.ts";
import { createMemoryStorage } from "../blob-storage/memory.ts";
import type { BlobStorage } from "../blob-storage/port.ts";
import type { Database } from "../database/database.ts";
import { DatabaseFullError } from "../database/errors.ts";
import { digestOf, type Digest } from "../oci/digest.ts";
import { OciError, type OciErrorCode } from "../oci/errors.ts";
import { parseRepositoryName, parseTag, type RepositoryName, type Tag } from "../oci/reference.ts";
import type { Content } from "./content.ts";
import { createContent } from "./create.ts";
import type { WrongSize } from "./wrong-sizes.ts";

const V1 = parseTag("v1");
const V2 = parseTag("v2");
const LATEST = parseTag("latest");

/** What every database must do for content, on a database of its own. */
export function testContent(name: string, open: () => Promise<Database>): void {
  describe(`content on ${name}`, async () => {
    const database = await open();
    const storage = createMemoryStorage();
    const content = createContent({ database, storage });
    let repositories = 0;
    after(async () => {
      await content.close();
      await database.close();
    });

    /** A repository of its own for each test. */
    async function newRepository(): Promise<RepositoryName> {
      repositories += 1;
      const repository = parseRepositoryName(`org${repositories}/app`);
      await content.repositories.ensure(repository, { newOrganizationOwner: "alice" });
      return repository;
    }

    testManifests(content, newRepository);
    testLatest(content, newRepository);
    testImmutableTags(content, newRepository);
    testDirtyKeys({ content, database, storage }, newRepository);
    testUploads({ content, database, storage }, newRepository);
    testBlobs(content, newRepository);
  });
}

type NewRepository = () => Promise<RepositoryName>;

function testManifests(content: Content, newRepository: NewRepository): void {
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

function testLatest(content: Content, newRepository: NewRepository): void {
  test("latest stands for the newest image until somebody pushes it", async () => {
    const repository = await newRepository();
    const [first, second] = await twoImages();
    await pushImage(content, repository, { image: first, tags: [V1] });
    await pushImage(content, repository, { image: second, tags: [V2] });
    const alias = await content.tags.find(repository, LATEST);
    assert.deepEqual([alias?.digest, alias?.aliasOf], [second.digest, V2]);
    assert.deepEqual(await content.tags.list(repository, { limit: 10 }), [LATEST, V1, V2]);

    await pushImage(content, repository, { image: first, tags: [LATEST] });
    const own = await content.tags.find(repository, LATEST);
    assert.deepEqual([own?.digest, own?.aliasOf], [first.digest, undefined]);
    assert.deepEqual(await content.tags.list(repository, { limit: 10 }), [LATEST, V1, V2]);

    await content.tags.delete(repository, LATEST, { deletedBy: "alice" });
    assert.equal((await content.tags.find(repository, LATEST))?.aliasOf, V2);
  });

  test("the alias cannot be deleted, and goes back to the older image when the newest is deleted", async () => {
    const repository = await newRepository();
    const [first, second] = await twoImages();
    await pushImage(content, repository, { image: first, tags: [V1] });
    await pushImage(content, repository, { image: second, tags: [V2] });
    await refuses("DENIED", content.tags.delete(repository, LATEST, { deletedBy: "alice" }));
    await content.tags.delete(repository, V2, { deletedBy: "alice" });
    assert.equal((await content.tags.find(repository, LATEST))?.digest, first.digest);
    await content.tags.delete(repository, V1, { deletedBy: "alice" });
    assert.equal(await content.tags.find(repository, LATEST), undefined);
    assert.equal(await content.tags.delete(repository, LATEST, { deletedBy: "alice" }), false);
  });

  test("a signature's tag is no newest image", async () => {
    const repository = await newRepository();
    const [image, signature] = await twoImages();
    await pushImage(content, repository, { image, tags: [V1] });
    const tag = parseTag(`${image.digest.replace(":", "-")}.sig`);
    await pushImage(content, repository, { image: signature, tags: [tag] });
    assert.equal((await content.tags.find(repository, LATEST))?.aliasOf, V1);
    assert.equal(await content.tags.count(repository), 1);
  });

  test("an older tag that is pushed again is the newest, and of several tags of one push the last", async () => {
    const repository = await newRepository();
    const [first, second] = await twoImages();
    await pushImage(content, repository, { image: first, tags: [V1] });
    await pushImage(content, repository, { image: second, tags: [V2] });
    await pushImage(content, repository, { image: first, tags: [V1] });
    assert.equal((await content.tags.find(repository, LATEST))?.aliasOf, V1);
    await pushImage(content, repository, { image: first, tags: ["b", "a"].map(parseTag) });
    assert.equal((await content.tags.find(repository, LATEST))?.aliasOf, "a");
  });

  test("no artifact is latest, whatever makes it one, whether an image is there or not; a Helm chart is", async () => {
    const [repository, empty] = [await newRepository(), await newRepository()];
    const [image, child] = await twoImages();
    await pushImage(content, repository, { image, tags: [V1] });
    const subject = { mediaType: image.mediaType, digest: image.digest, size: image.manifest.length };
    const artifacts = [
      await buildImage({ manifest: { subject } }),
      await buildImage({ manifest: { artifactType: "application/spdx+json" } }),
      buildIndex([{ image: child, platform: { os: "unknown", architecture: "unknown" } }]),
    ];
    for (const artifact of artifacts) {
      for (const name of [repository, empty]) await pushImage(content, name, { image: artifact, tags: [V2] });
      assert.equal((await content.tags.find(repository, LATEST))?.aliasOf, V1);
      assert.equal(await content.tags.find(empty, LATEST), undefined);
    }
    for (const artifact of artifacts) {
      await pushImage(content, repository, { image, tags: [V1] });
      await pushImage(content, repository, { image: child, tags: [V2] });
      await pushImage(content, repository, { image: artifact, tags: [V2] });
      assert.equal((await content.tags.find(repository, LATEST))?.aliasOf, V1, "an artifact took its tag");
    }
    const chart = await buildImage({
      manifest: { artifactType: "application/vnd.cncf.helm.config.v1+json" },
    });
    await pushImage(content, empty, { image: chart, tags: [V1] });
    assert.equal((await content.tags.find(empty, LATEST))?.aliasOf, V1);
  });

  test("of tags that are set together, one may be an artifact's", async () => {
    const repository = await newRepository();
    const image = await buildImage({});
    const signature = parseTag(`sha256-${"0".repeat(64)}.sig`);
    await pushImage(content, repository, { image, tags: [V1, signature] });
    const found = [V1, signature].map((tag) => content.tags.find(repository, tag));
    assert.deepEqual(
      (await Promise.all(found)).map((tag) => tag?.isArtifact),
      [false, true],
    );
    assert.equal((await content.tags.find(repository, LATEST))?.aliasOf, V1);
    assert.equal(await content.tags.count(repository), 1);
  });

  test("tags are listed in pages, the alias in its place", async () => {
    const repository = await newRepository();
    const image = await buildImage({});
    const tags = ["a", "k", "m", "z"].map(parseTag);
    await pushImage(content, repository, { image, tags });
    const seen: Tag[] = [];
    for (let page = await content.tags.list(repository, { limit: 2 }); page.length > 0;) {
      seen.push(...page);
      page = await content.tags.list(repository, { limit: 2, after: page.at(-1) ?? "" });
    }
    assert.deepEqual(seen, ["a", "k", "latest", "m", "z"]);
  });
}

function testImmutableTags(content: Content, newRepository: NewRepository): void {
  async function newRuledRepository(...immutableTags: string[]): Promise<RepositoryName> {
    const repository = await newRepository();
    await content.repositories.setPolicy(repository, { visibility: "public", immutableTags });
    return repository;
  }

  test("an immutable tag stays at its digest, and a push that would move it leaves nothing behind", async () => {
    const repository = await newRuledRepository("x", "v*");
    const [first, second] = await twoImages();
    await pushImage(content, repository, { image: first, tags: [V1] });
    await pushImage(content, repository, { image: first, tags: [V1] });
    const stable = parseTag("stable");
    const error = await rejection(pushImage(content, repository, { image: second, tags: [stable, V1] }));
    assert.equal(error.code, "DENIED");
    assert.match(error.message, /tag v1 is immutable, .* "v\*"$/);
    assert.equal((await content.tags.find(repository, V1))?.digest, first.digest);
    assert.equal(await content.tags.find(repository, stable), undefined);
    assert.equal(await content.manifests.find(repository, { digest: second.digest }), undefined);
    await putManifest(content, repository, { image: second, tags: [stable, V2] });
    await putManifest(content, repository, { image: first, tags: [stable] });
  });

  test("of two first pushes of an immutable tag at once one is refused", async () => {
    const repository = await newRuledRepository("*");
    const images = await twoImages();
    for (const image of images) await pushBlobs(content, repository, image);
    const outcomes = await Promise.allSettled(
      images.map((image) => putManifest(content, repository, { image, tags: [V1] })),
    );
    assert.deepEqual(outcomes.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"]);
    const winner = images[outcomes.findIndex(({ status }) => status === "fulfilled")];
    assert.equal((await content.tags.find(repository, V1))?.digest, winner?.digest);
  });

  test("an immutable tag is not deleted, nor its manifest, nor what its index names; others are", async () => {
    const repository = await newRuledRepository("v*");
    const [child, other] = await twoImages();
    await pushImage(content, repository, { image: child, tags: [] });
    const index = buildIndex([{ image: child, platform: { os: "linux", architecture: "arm64" } }]);
    await putManifest(content, repository, { image: index, tags: [V1] });
    await pushImage(content, repository, { image: other, tags: [parseTag("edge")] });
    await refuses("DENIED", content.tags.delete(repository, V1, { deletedBy: "alice" }));
    await refuses("DENIED", content.manifests.delete(repository, index.digest, { deletedBy: "alice" }));
    await refuses("DENIED", content.manifests.delete(repository, child.digest, { deletedBy: "alice" }));
    assert.equal((await content.tags.find(repository, V1))?.digest, index.digest);
    assert.equal(await content.tags.delete(repository, V2, { deletedBy: "alice" }), false);
    assert.equal(await content.manifests.delete(repository, other.digest, { deletedBy: "alice" }), true);
  });

  test("the latest alias moves on though every tag is immutable, and latest may still be pushed once", async () => {
    const repository = await newRuledRepository("*");
    const [first, second] = await twoImages();
    await pushImage(content, repository, { image: first, tags: [V1] });
    await pushImage(content, repository, { image: second, tags: [V2] });
    assert.equal((await content.tags.find(repository, LATEST))?.digest, second.digest);
    await pushImage(content, repository, { image: first, tags: [LATEST] });
    await refuses("DENIED", pushImage(content, repository, { image: second, tags: [LATEST] }));
  });
}

function testDirtyKeys(
  { content, database, storage }: { content: Content; database: Database; storage: BlobStorage },
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

  test("an organization belongs to whoever pushed first, and to nobody who came too late", async () => {
    const first = parseRepositoryName("contested/one");
    await content.repositories.ensure(first, { newOrganizationOwner: "alice" });
    const second = parseRepositoryName("contested/two");
    await refuses("DENIED", content.repositories.ensure(second, { newOrganizationOwner: "bob" }));
    assert.equal(await content.repositories.find(second), undefined);
  });

  test("two requests of one first push may both make the organization, and the repository", async () => {
    const names = ["at-once/one", "at-once/one", "at-once/two"].map(parseRepositoryName);
    const ids = await Promise.all(
      names.map((name) => content.repositories.ensure(name, { newOrganizationOwner: "alice" })),
    );
    assert.equal(ids[0], ids[1]);
    assert.notEqual(ids[0], ids[2]);
  });

  test("pulls of what a tag names are counted, others are not", async () => {
    const repository = await newRepository();
    const [image, untagged] = await twoImages();
    await pushImage(content, repository, { image, tags: [V1] });
    await pushImage(content, repository, { image: untagged, tags: [] });
    content.pulls.count(repository, image.digest);
    content.pulls.count(repository, image.digest);
    content.pulls.count(repository, untagged.digest);
    await content.pulls.flush();
    assert.equal((await content.repositories.find(repository))?.pulls, 2);
  });

  test("pulls are shown at once, later ones ten minutes after, also by the next process", async () => {
    const repository = await newRepository();
    const image = await buildImage({});
    await pushImage(content, repository, { image, tags: [V1] });
    let minutes = 0;
    const open = () =>
      createContent({
        database,
        storage: createMemoryStorage(),
        now: () => Date.now() + minutes * 60_000,
      });
    const takeOurs = async ({ dirtyKeys }: Content) => {
      const taken = (await dirtyKeys.take(1000)).filter(({ key }) => key.startsWith(repository));
      await dirtyKeys.settle(taken);
      return taken.map(({ kind }) => kind);
    };
    await takeOurs(content);
    const first = open();
    first.pulls.count(repository, image.digest);
    await first.pulls.flush();
    assert.deepEqual(await takeOurs(first), ["repository"]);
    minutes = 3;
    first.pulls.count(repository, image.digest);
    await first.pulls.flush();
    assert.deepEqual(await takeOurs(first), []);
    minutes = 6;
    first.pulls.count(repository, image.digest);
    await first.close();

    const next = open();
    assert.deepEqual(await takeOurs(next), []);
    minutes = 11;
    assert.deepEqual(await takeOurs(next), ["repository"]);
    assert.equal((await next.repositories.find(repository))?.pulls, 3);
    await next.close();
  });

  test("a push to what waits for its pulls to be shown makes it due, and so does a clock that was wrong", async () => {
    const repository = await newRepository();
    const image = await buildImage({});
    await pushImage(content, repository, { image, tags: [V1] });
    const isDue = async ({ dirtyKeys }: Content) =>
      (await dirtyKeys.take(1000)).some(({ kind, key }) => kind === "repository" && key === repository);
    const settle = async () => content.dirtyKeys.settle(await content.dirtyKeys.take(1000));
    const pull = async (now: () => number) => {
      const other = createContent({ database, storage: createMemoryStorage(), now });
      other.pulls.count(repository, image.digest);
      await other.close();
    };
    await settle();
    await pull(() => Date.now() + 5 * 60_000);
    assert.equal(await isDue(content), false);
    await pushImage(content, repository, { image, tags: [V2] });
    assert.equal(await isDue(content), true);
    await settle();
    await pull(() => Date.now() + 24 * 60 * 60_000);
    assert.equal(await isDue(content), true);
  });

  test("pulls that cannot be added are kept for the next time", async () => {
    const repository = await newRepository();
    const image = await buildImage({});
    await pushImage(content, repository, { image, tags: [V1] });
    let full = true;
    const write: Database["write"] = (work, options) =>
      full ? Promise.reject(new DatabaseFullError()) : database.write(work, options);
    const failing = createContent({ database: { ...database, write }, storage: createMemoryStorage() });
    failing.pulls.count(repository, image.digest);
    await refuses("STORAGE_FULL", failing.pulls.flush());
    full = false;
    await failing.close();
    assert.equal((await content.repositories.find(repository))?.pulls, 1);
  });
}

function testUploads(
  parts: { content: Content; database: Database; storage: BlobStorage },
  newRepository: NewRepository,
): void {
  const { content } = parts;

  test("an upload in chunks goes on after a restart of the hub", async () => {
    const repository = await newRepository();
    const bytes = Buffer.from("first half, second half");
    const upload = await content.uploads.start(repository);
    await content.uploads.append(repository, upload, { body: chunks(bytes.subarray(0, 10)) });
    const restarted = createContent(parts);
    assert.equal(await restarted.uploads.size(repository, upload), 10);
    await restarted.uploads.append(repository, upload, { body: chunks(bytes.subarray(10)), offset: 10 });
    await restarted.uploads.finish(repository, upload, digestOf(bytes));
    assert.equal(await content.blobs.stat(repository, digestOf(bytes)), bytes.length);
    await restarted.close();
  });

  test("a chunk out of order is refused, and the upload goes on where it was", async () => {
    const repository = await newRepository();
    const upload = await content.uploads.start(repository);
    await content.uploads.append(repository, upload, { body: chunks(Buffer.from("abc")), offset: 0 });
    const error = await rejection(
      content.uploads.append(repository, upload, { body: chunks(Buffer.from("x")), offset: 5 }),
    );
    assert.deepEqual([error.code, error.detail], ["RANGE_INVALID", { offset: 5, expected: 3 }]);
    await content.uploads.append(repository, upload, { body: chunks(Buffer.from("def")), offset: 3 });
    await content.uploads.finish(repository, upload, digestOf(Buffer.from("abcdef")));
  });

  test("a body that is cut off keeps what came, and the digest is that of all", async () => {
    const repository = await newRepository();
    const upload = await content.uploads.start(repository);
    const broken = content.uploads.append(repository, upload, { body: cutOff(Buffer.from("abc")) });
    await assert.rejects(broken, /cut off/);
    const held = await content.uploads.size(repository, upload);
    await content.uploads.append(repository, upload, { body: chunks(Buffer.from("abcdef").subarray(held)) });
    await content.uploads.finish(repository, upload, digestOf(Buffer.from("abcdef")));
  });

  test("a wrong digest is refused with the right one, and the upload may be ended with that", async () => {
    const repository = await newRepository();
    const upload = await content.uploads.start(repository);
    const bytes = Buffer.from("some bytes");
    await content.uploads.append(repository, upload, { body: chunks(bytes) });
    const error = await rejection(
      content.uploads.finish(repository, upload, digestOf(Buffer.from("others"))),
    );
    assert.equal(error.code, "DIGEST_INVALID");
    assert.match(error.message, new RegExp(digestOf(bytes)));
    await content.uploads.finish(repository, upload, digestOf(bytes, "sha512"));
    assert.equal(await content.blobs.stat(repository, digestOf(bytes, "sha512")), bytes.length);
  });

  test("an ended, a cancelled and another repository's upload are unknown", async () => {
    const repository = await newRepository();
    const upload = await content.uploads.start(repository);
    await refuses("BLOB_UPLOAD_UNKNOWN", content.uploads.size(await newRepository(), upload));
    await content.uploads.cancel(repository, upload);
    await refuses("BLOB_UPLOAD_UNKNOWN", content.uploads.size(repository, upload));
    await refuses(
      "BLOB_UPLOAD_UNKNOWN",
      content.uploads.append(repository, upload, { body: chunks(Buffer.from("x")) }),
    );
  });

  for (const next of ["append", "finish", "cancel"] as const) {
    test(`two requests never write into one upload at once: ${next} ends a body that comes no more`, async () => {
      const repository = await newRepository();
      const upload = await content.uploads.start(repository);
      const asked = Promise.withResolvers<void>();
      async function* halting(): AsyncGenerator<Uint8Array> {
        yield Buffer.from("one, ");
        asked.resolve();
        await new Promise(() => undefined);
      }
      const first = content.uploads.append(repository, upload, { body: halting() });
      const overtaken = refuses("BLOB_UPLOAD_INVALID", first);
      await asked.promise;
      const digest = digestOf(Buffer.from("one, two"));
      const rest = { body: chunks(Buffer.from("two")), offset: 5 };
      if (next === "append") {
        assert.equal(await content.uploads.append(repository, upload, rest), 8);
        await content.uploads.finish(repository, upload, digest);
      }
      if (next === "finish") await content.uploads.finish(repository, upload, digest, rest);
      if (next === "cancel") await content.uploads.cancel(repository, upload);
      await overtaken;
      await refuses("BLOB_UPLOAD_UNKNOWN", content.uploads.size(repository, upload));
      assert.equal(await content.blobs.stat(repository, digest), next === "cancel" ? undefined : 8);
      await content.blobs.delete(repository, digest);
    });
  }

  test("an empty blob can be stored", async () => {
    const repository = await newRepository();
    const upload = await content.uploads.start(repository);
    await content.uploads.finish(repository, upload, digestOf(Buffer.alloc(0)));
    assert.equal(await content.blobs.stat(repository, digestOf(Buffer.alloc(0))), 0);
  });
}

function testBlobs(content: Content, newRepository: NewRepository): void {
  test("a blob is mounted only from a repository that has it", async () => {
    const [source, target, other] = [await newRepository(), await newRepository(), await newRepository()];
    const digest = await pushBlob(content, source, Buffer.from("to be mounted"));
    assert.equal(await content.blobs.mount(target, digest, other), false);
    assert.equal(await content.blobs.stat(target, digest), undefined);
    assert.equal(await content.blobs.mount(target, digest, source), true);
    assert.equal(await content.blobs.stat(target, digest), 13);
  });

  test("from anywhere, a blob is mounted only when some repository that the caller may read has it", async () => {
    const [source, target] = [await newRepository(), await newRepository()];
    const digest = await pushBlob(content, source, Buffer.from("somewhere"));
    await content.repositories.setPolicy(source, { visibility: "private", immutableTags: [] });
    const [organization = ""] = source.split("/");
    for (const unreadable of [{}, { organizations: ["other"] }, { repositories: [target] }]) {
      assert.equal(await content.blobs.mount(target, digest, unreadable), false);
    }
    for (const readable of [
      { all: true },
      { organizations: ["other", organization] },
      { repositories: [target, source] },
    ]) {
      assert.equal(await content.blobs.mount(target, digest, readable), true);
      await content.blobs.delete(target, digest);
    }
    await content.repositories.setPolicy(source, { visibility: "public", immutableTags: [] });
    assert.equal(await content.blobs.mount(target, digest, {}), true);
  });

  test("a blob that a manifest needs is not deleted; one that none needs is, there alone", async () => {
    const [repository, other] = [await newRepository(), await newRepository()];
    const image = await buildImage({ layers: [{ files: { kept: "kept" } }] });
    await pushImage(content, repository, { image, tags: [V1] });
    const [digest] = [...image.blobs.keys()];
    assert.ok(digest);
    await refuses("UNSUPPORTED", content.blobs.delete(repository, digest));
    await content.blobs.mount(other, digest, repository);
    assert.equal(await content.blobs.delete(other, digest), true);
    assert.equal(await content.blobs.delete(other, digest), false);
    assert.notEqual(await content.blobs.stat(repository, digest), undefined);
  });
}

interface Push {
  image: TestImage;
  tags: Tag[];
}

async function pushImage(content: Content, repository: RepositoryName, push: Push): Promise<void> {
  await pushBlobs(content, repository, push.image);
  await putManifest(content, repository, push);
}

async function pushBlobs(content: Content, repository: RepositoryName, image: TestImage): Promise<void> {
  for (const bytes of image.blobs.values()) await pushBlob(content, repository, bytes);
}

async function pushBlob(content: Content, repository: RepositoryName, bytes: Uint8Array): Promise<Digest> {
  const upload = await content.uploads.start(repository);
  await content.uploads.append(repository, upload, { body: chunks(bytes) });
  await content.uploads.finish(repository, upload, digestOf(bytes));
  return digestOf(bytes);
}

async function putManifest(
  content: Content,
  repository: RepositoryName,
  { image, tags }: Push,
): Promise<void> {
  await content.manifests.put(repository, {
    tags,
    bytes: image.manifest,
    contentType: image.mediaType,
    pushedBy: "alice",
  });
}

async function twoImages(): Promise<[TestImage, TestImage]> {
  return [
    await buildImage({ layers: [{ files: { number: "1" } }] }),
    await buildImage({ layers: [{ files: { number: "2" } }] }),
  ];
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function* cutOff(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
  throw new Error("cut off");
}

async function rejection(promise: Promise<unknown>): Promise<OciError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof OciError, `expected an OciError, got ${String(error)}`);
  return error;
}

async function refuses(code: OciErrorCode, promise: Promise<unknown>): Promise<void> {
  assert.equal((await rejection(promise)).code, code);
}
