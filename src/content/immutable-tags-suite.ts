import assert from "node:assert/strict";
import { test } from "node:test";
import { buildIndex } from "../../test/image-builder.ts";
import { parseTag, type RepositoryName } from "../oci/reference.ts";
import type { Content } from "./content.ts";
import {
  LATEST,
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

/** What immutable tags do not let happen. */
export function testImmutableTags(content: Content, newRepository: NewRepository): void {
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
