import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { buildIndex } from "../../test/image-builder.ts";
import type { Database } from "../database/database.ts";
import { OciError } from "../oci/errors.ts";
import { parseTag } from "../oci/reference.ts";
import { TagTakenError } from "./errors.ts";
import { HOUR_MS, pushImage } from "./garbage.fixture.ts";
import { testDeletionList, testKeptDeletions } from "./kept-deletions-suite.ts";
import { assertWhole, openWith, referrer, restore } from "./undelete.fixture.ts";

const V1 = parseTag("v1");
const V2 = parseTag("v2");
const LATEST = parseTag("latest");
const BY = { deletedBy: "bob" };

/** What can be restored after a delete, for how long, and what comes with it; on every database. */
export function testUndelete(name: string, open: () => Promise<Database>): void {
  describe(`undelete on ${name}`, () => {
    let database: Database;
    before(async () => {
      database = await open();
    });
    after(() => database.close());

    testTags(() => database);
    testManifests(() => database);
    testKeptDeletions(() => database);
    testDeletionList(() => database);
  });
}

function testTags(database: () => Database): void {
  test("a tag that was set again to another image is restored only to replace that, and never if immutable", async () => {
    const { store, repository, images } = await openWith(database(), ["old", "new"]);
    const [old, current] = images;
    await pushImage(store.content, repository, { image: old, tags: [V1] });
    await store.content.tags.delete(repository, V1, BY);
    await pushImage(store.content, repository, { image: current, tags: [V1] });
    const [deletion] = await store.content.deletions.list({ limit: 10 });
    assert.ok(deletion);
    await assert.rejects(store.content.deletions.restore(deletion.id), (error) => {
      assert.ok(error instanceof TagTakenError);
      assert.match(error.message, /org1\/app:v1 at sha256:\w+: the tag was set again, to sha256:/);
      return true;
    });
    await store.content.repositories.setPolicy(repository, { visibility: "public", immutableTags: ["v*"] });
    await assert.rejects(
      store.content.deletions.restore(deletion.id, { replace: true }),
      (error) => error instanceof OciError && error.code === "DENIED",
    );
    assert.equal((await store.content.tags.find(repository, V1))?.digest, current.digest);
    await store.content.repositories.setPolicy(repository, { visibility: "public", immutableTags: [] });
    const restored = await store.content.deletions.restore(deletion.id, { replace: true });
    assert.deepEqual(restored, { tags: [V1], manifests: [], takenTags: [] });
    assert.equal((await store.content.tags.find(repository, V1))?.digest, old.digest);
    await store.close();
  });

  test("a restored tag has its place among the tags by its push, and is no longer listed as deleted", async () => {
    const { store, repository, images } = await openWith(database(), ["first", "second", "third"]);
    const tags = ["v1", "v2", "v3"].map(parseTag);
    for (const [at, image] of images.entries()) {
      await pushImage(store.content, repository, { image, tags: tags.slice(at, at + 1) });
      store.advance(HOUR_MS);
    }
    const pushed = await store.content.tags.newest(repository, 10);
    for (const tag of tags) await store.content.tags.delete(repository, tag, BY);
    assert.equal(await store.content.tags.find(repository, LATEST), undefined);
    await restore(store, repository, { tag: V2 });
    await restore(store, repository, { tag: V1 });
    assert.equal((await store.content.tags.find(repository, LATEST))?.aliasOf, V2);
    assert.deepEqual(await store.content.tags.newest(repository, 10), pushed.slice(1));
    const left = await store.content.deletions.list({ limit: 10 });
    assert.deepEqual(
      left.map(({ tag }) => tag),
      ["v3"],
    );
    await store.close();
  });

  test("latest that somebody pushed is theirs again when it is restored", async () => {
    const { store, repository, images } = await openWith(database(), ["one", "two"]);
    const [one, two] = images;
    await pushImage(store.content, repository, { image: one, tags: [LATEST] });
    await pushImage(store.content, repository, { image: two, tags: [V1] });
    await store.content.tags.delete(repository, LATEST, BY);
    assert.equal((await store.content.tags.find(repository, LATEST))?.aliasOf, V1);
    await restore(store, repository, { tag: LATEST });
    const latest = await store.content.tags.find(repository, LATEST);
    assert.deepEqual([latest?.digest, latest?.aliasOf], [one.digest, undefined]);
    await store.close();
  });

  test("a restore touches the image, the alias and the repository, and rings", async () => {
    const { store, repository, images } = await openWith(database(), ["image"]);
    await pushImage(store.content, repository, { image: images[0], tags: [V1] });
    await store.content.tags.delete(repository, V1, BY);
    await store.content.dirtyKeys.settle(await store.content.dirtyKeys.take(100));
    let rung = 0;
    store.content.dirtyKeys.onTouched(() => (rung += 1));
    await restore(store, repository, { tag: V1 });
    const keys = (await store.content.dirtyKeys.take(100)).map(({ kind, key }) => `${kind} ${key}`);
    assert.deepEqual(keys.toSorted(), [
      `image ${repository}:latest`,
      `image ${repository}:v1`,
      `repository ${repository}`,
    ]);
    assert.equal(rung, 1);
    await store.close();
  });
}

function testManifests(database: () => Database): void {
  test("a deleted manifest is gone at once; restored, it is whole, with the tags that it took along", async () => {
    const { store, repository, images } = await openWith(database(), ["image"]);
    const [image] = images;
    await pushImage(store.content, repository, { image, tags: [V1, V2] });
    await store.content.manifests.delete(repository, image.digest, BY);
    assert.equal(await store.content.manifests.find(repository, { digest: image.digest }), undefined);
    for (const digest of image.blobs.keys())
      assert.equal(await store.content.blobs.delete(repository, digest), true);
    assert.equal((await restore(store, repository, { digest: image.digest })).tags.length, 2);
    assert.deepEqual(await store.content.tags.list(repository, { limit: 10 }), [LATEST, V1, V2]);
    await assertWhole(store, repository, image);
    assert.deepEqual(await store.content.deletions.list({ limit: 10 }), []);
    await store.close();
  });

  test("a tag of a deleted manifest brings it back, and leaves the other tags deleted", async () => {
    const { store, repository, images } = await openWith(database(), ["image"]);
    const [image] = images;
    await pushImage(store.content, repository, { image, tags: [V1, V2] });
    await store.content.manifests.delete(repository, image.digest, BY);
    const restored = await restore(store, repository, { tag: V2 });
    assert.deepEqual(restored, { tags: [V2], manifests: [image.digest], takenTags: [] });
    assert.equal(await store.content.tags.find(repository, V1), undefined);
    await assertWhole(store, repository, image);
    await store.close();
  });

  test("a restored manifest leaves alone a tag that was set again", async () => {
    const { store, repository, images } = await openWith(database(), ["old", "new"]);
    const [old, current] = images;
    await pushImage(store.content, repository, { image: old, tags: [V1, V2] });
    await store.content.manifests.delete(repository, old.digest, BY);
    await pushImage(store.content, repository, { image: current, tags: [V1] });
    const restored = await restore(store, repository, { digest: old.digest });
    assert.deepEqual(restored, { tags: [V2], manifests: [old.digest], takenTags: [V1] });
    assert.equal((await store.content.tags.find(repository, V1))?.digest, current.digest);
    await store.close();
  });

  test("an index comes with its manifests over any number of indexes, whichever were deleted", async () => {
    const { store, repository, images } = await openWith(database(), ["child", "other"]);
    const [child, other] = images;
    const nested = buildIndex([{ image: child }]);
    const index = buildIndex([{ image: nested }, { image: other }]);
    await pushImage(store.content, repository, { image: index, tags: [V1] });
    for (const { digest } of [child, index, other])
      await store.content.manifests.delete(repository, digest, BY);
    const restored = await restore(store, repository, { tag: V1 });
    assert.deepEqual(new Set(restored.manifests), new Set([index.digest, child.digest, other.digest]));
    for (const image of [child, other]) await assertWhole(store, repository, image);
    await store.close();
  });

  test("signatures that went with an image come back with it; one that was deleted before does not", async () => {
    const { store, repository, images } = await openWith(database(), ["image", "cosign"]);
    const [image, cosign] = images;
    const [bad, good] = [await referrer("bad", image), await referrer("good", image)];
    const ofGood = await referrer("of good", good);
    const signatureTag = parseTag(`${image.digest.replace(":", "-")}.sig`);
    await pushImage(store.content, repository, { image, tags: [V1] });
    await pushImage(store.content, repository, { image: cosign, tags: [signatureTag] });
    for (const one of [bad, good, ofGood]) await pushImage(store.content, repository, { image: one });
    await store.content.manifests.delete(repository, bad.digest, BY);
    store.advance(HOUR_MS);
    for (const { digest } of [image, ofGood, good, cosign])
      await store.content.manifests.delete(repository, digest, BY);
    const restored = await restore(store, repository, { tag: V1 });
    assert.deepEqual(
      new Set(restored.manifests),
      new Set([image, good, ofGood, cosign].map(({ digest }) => digest)),
    );
    assert.deepEqual(restored.tags.toSorted(), [signatureTag, V1]);
    const { referrers } = await store.content.referrers.list(repository, image.digest, { limit: 10 });
    assert.deepEqual(
      referrers.map(({ digest }) => digest),
      [good.digest],
    );
    assert.equal(await store.content.tags.count(repository), 1);
    await store.close();
  });

  test("of two restores at once one finds it, and afterwards it is there once", async () => {
    const { store, repository, images } = await openWith(database(), ["image"]);
    const [image] = images;
    await pushImage(store.content, repository, { image, tags: [V1] });
    await store.content.manifests.delete(repository, image.digest, BY);
    const [deletion] = await store.content.deletions.list({ repository, tag: V1, limit: 1 });
    assert.ok(deletion);
    const restored = await Promise.all(
      [store.content, store.another()].map((content) => content.deletions.restore(deletion.id)),
    );
    assert.equal(restored.filter((one) => one !== undefined).length, 1);
    await assertWhole(store, repository, image);
    await store.close();
  });
}
