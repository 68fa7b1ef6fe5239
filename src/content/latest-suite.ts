import assert from "node:assert/strict";
import { test } from "node:test";
import { buildImage, buildIndex } from "../../test/image-builder.ts";
import { parseTag, type Tag } from "../oci/reference.ts";
import {
  type ContentParts,
  LATEST,
  type NewRepository,
  pushImage,
  refuses,
  twoImages,
  V1,
  V2,
} from "./content.fixture.ts";
import { createContent } from "./create.ts";

/** What `latest` and lists of tags are. */
export function testLatest(parts: ContentParts, newRepository: NewRepository): void {
  const { content } = parts;

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

  test("who asks for latest while it is pushed for the first time finds one", async () => {
    const repository = await newRepository();
    const [first, second] = await twoImages();
    await pushImage(content, repository, { image: first, tags: [V1] });
    let isPushed = false;
    const { database } = parts;
    const asking = createContent({
      ...parts,
      database: {
        ...database,
        async execute(query) {
          const result = await database.execute(query);
          if (!isPushed) await pushImage(content, repository, { image: second, tags: [LATEST] });
          isPushed = true;
          return result as never;
        },
      },
    });
    const found = await asking.tags.find(repository, LATEST);
    assert.deepEqual([isPushed, found?.digest, found?.aliasOf], [true, second.digest, undefined]);
    await asking.close();
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
