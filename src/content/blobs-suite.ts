import assert from "node:assert/strict";
import { test } from "node:test";
import { buildImage } from "../../test/image-builder.ts";
import type { Content } from "./content.ts";
import { type NewRepository, pushBlob, pushImage, refuses, V1 } from "./content.fixture.ts";

/** How blobs are mounted and deleted. */
export function testBlobs(content: Content, newRepository: NewRepository): void {
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
