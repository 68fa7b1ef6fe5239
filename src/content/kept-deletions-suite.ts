import assert from "node:assert/strict";
import { test } from "node:test";
import { buildIndex } from "../../test/image-builder.ts";
import type { Database } from "../database/database.ts";
import { parseTag } from "../oci/reference.ts";
import { createContent } from "./create.ts";
import { collect, DAY_MS, HOUR_MS, inventory, NOTHING, pushImage } from "./garbage.fixture.ts";
import { assertWhole, openWith, referrer, restore } from "./undelete.fixture.ts";

const V1 = parseTag("v1");
const V2 = parseTag("v2");
const BY = { deletedBy: "bob" };

/** For how long what was deleted is kept, with all that it would bring. */
export function testKeptDeletions(database: () => Database): void {
  test("what was deleted is kept for seven days, with all that it would bring, and then goes", async () => {
    const { store, repository, images } = await openWith(database(), ["child"]);
    const [child] = images;
    const index = buildIndex([{ image: child }]);
    const signature = await referrer("signature", index);
    await pushImage(store.content, repository, { image: index, tags: [V1] });
    await pushImage(store.content, repository, { image: signature });
    store.advance(60 * DAY_MS);
    await store.content.manifests.delete(repository, index.digest, BY);
    store.advance(7 * DAY_MS - HOUR_MS);
    // Links of a repository to blobs go early, and come back with what is restored.
    assert.deepEqual(await collect(store.content), NOTHING);
    store.advance(HOUR_MS);
    const all = { manifests: 2, contents: 3, links: child.blobs.size + 1, blobs: child.blobs.size + 1 };
    const foreseen = await collect(store.content, { dryRun: true });
    assert.equal((await store.content.deletions.list({ limit: 10 })).length, 2);
    assert.deepEqual(foreseen, { ...NOTHING, ...all });
    assert.deepEqual(await collect(store.content), foreseen);
    assert.deepEqual(await store.content.deletions.list({ limit: 10 }), []);
    assert.deepEqual((await inventory(store)).stored, []);
    await store.close();
  });

  test("a deleted image whose blobs its repository no longer has is restored whole", async () => {
    const { store, repository, images } = await openWith(database(), ["image"]);
    const [image] = images;
    await pushImage(store.content, repository, { image, tags: [V1] });
    await store.content.manifests.delete(repository, image.digest, BY);
    store.advance(2 * DAY_MS);
    assert.deepEqual(await collect(store.content), { ...NOTHING, links: image.blobs.size });
    for (const digest of image.blobs.keys())
      assert.equal(await store.content.blobs.stat(repository, digest), undefined);
    await restore(store, repository, { digest: image.digest });
    store.advance(365 * DAY_MS);
    assert.deepEqual(await collect(store.content), NOTHING);
    await assertWhole(store, repository, image);
    await store.close();
  });

  test("a deleted tag keeps its image, though nobody has used that for long", async () => {
    const { store, repository, images } = await openWith(database(), ["image"]);
    const [image] = images;
    await pushImage(store.content, repository, { image, tags: [V1] });
    store.advance(60 * DAY_MS);
    await store.content.tags.delete(repository, V1, BY);
    store.advance(6 * DAY_MS);
    assert.deepEqual(await collect(store.content), NOTHING);
    await restore(store, repository, { tag: V1 });
    await assertWhole(store, repository, image);
    await store.close();
  });

  test("a manifest that is restored without a tag counts as used", async () => {
    const { store, repository, images } = await openWith(database(), ["image"]);
    const [image] = images;
    await pushImage(store.content, repository, { image });
    store.advance(60 * DAY_MS);
    await store.content.manifests.delete(repository, image.digest, BY);
    await restore(store, repository, { digest: image.digest });
    store.advance(29 * DAY_MS);
    assert.deepEqual(await collect(store.content), NOTHING);
    store.advance(DAY_MS);
    assert.equal((await collect(store.content)).manifests, 1);
    await store.close();
  });

  test("with undelete off nothing is remembered, and the next collection takes what was", async () => {
    const { store, repository, images } = await openWith(database(), ["before", "after"]);
    const [remembered, forgotten] = images;
    for (const image of images) await pushImage(store.content, repository, { image });
    await store.content.manifests.delete(repository, remembered.digest, BY);
    const { database: same, storage, now } = store;
    const content = createContent({ database: same, storage, now, undeleteMs: 0 });
    await content.manifests.delete(repository, forgotten.digest, BY);
    const listed = await content.deletions.list({ limit: 10 });
    assert.deepEqual(
      listed.map(({ digest }) => digest),
      [remembered.digest],
    );
    assert.equal((await collect(content)).contents, 2);
    assert.deepEqual(await content.deletions.list({ limit: 10 }), []);
    await content.close();
    await store.close();
  });

  test("a tag whose manifest was deleted for good is not restored, and says so", async () => {
    const { store, repository, images } = await openWith(database(), ["image"]);
    const [image] = images;
    await pushImage(store.content, repository, { image, tags: [V1] });
    await store.content.tags.delete(repository, V1, BY);
    const { database: same, storage, now } = store;
    const content = createContent({ database: same, storage, now, undeleteMs: 0 });
    await content.manifests.delete(repository, image.digest, BY);
    await assert.rejects(restore(store, repository, { tag: V1 }), /was deleted for good; push it again/);
    assert.equal(await store.content.tags.find(repository, V1), undefined);
    await content.close();
    await store.close();
  });
}

/** What can be restored, as a list. */
export function testDeletionList(database: () => Database): void {
  test("deletions are listed latest first, in pages, by organization, repository, tag and digest", async () => {
    const { store, repository, images } = await openWith(database(), ["one", "two"]);
    const [one, two] = images;
    const other = await store.newRepository();
    const deletedAt = new Date(store.now());
    await pushImage(store.content, repository, { image: one, tags: [V1] });
    await pushImage(store.content, repository, { image: two, tags: [V2] });
    await pushImage(store.content, other, { image: one, tags: [V1] });
    await store.content.tags.delete(repository, V1, BY);
    await store.content.tags.delete(other, V1, BY);
    await store.content.manifests.delete(repository, two.digest, BY);
    const { list } = store.content.deletions;
    const shown = async (query: Omit<Parameters<typeof list>[0], "limit">) =>
      (await list({ ...query, limit: 10 })).map(
        (deletion) => `${deletion.repository}:${deletion.tag ?? "@"}`,
      );
    assert.deepEqual(await shown({}), ["org1/app:@", "org1/app:v2", "org2/app:v1", "org1/app:v1"]);
    assert.deepEqual(await shown({ organizations: ["org2", "org3"] }), ["org2/app:v1"]);
    assert.deepEqual(await shown({ organizations: [] }), []);
    assert.deepEqual(await shown({ repository, tag: V1 }), ["org1/app:v1"]);
    assert.deepEqual(await shown({ digest: two.digest }), ["org1/app:@", "org1/app:v2"]);
    const first = await list({ limit: 3 });
    const second = await list({ limit: 3, before: first.at(-1)?.id ?? 0 });
    assert.deepEqual(second.length, 1);
    const [{ id, ...record } = assert.fail()] = second;
    assert.deepEqual(record, {
      repository,
      tag: V1,
      digest: one.digest,
      mediaType: one.mediaType,
      pushedAt: deletedAt,
      pushedBy: "alice",
      deletedAt,
      deletedBy: "bob",
      keptUntil: new Date(deletedAt.getTime() + 7 * DAY_MS),
    });
    assert.deepEqual(await store.content.deletions.find(id), { id, ...record });
    assert.equal(await store.content.deletions.find(id + 1000), undefined);
    assert.equal(await store.content.deletions.restore(id + 1000), undefined);
    await store.close();
  });

  test("what was pushed again is not listed; deleted once more, it is listed once", async () => {
    const { store, repository, images } = await openWith(database(), ["image"]);
    const [image] = images;
    const lists: number[] = [];
    for (let round = 0; round < 2; round++) {
      await pushImage(store.content, repository, { image, tags: [V1] });
      lists.push((await store.content.deletions.list({ limit: 10 })).length);
      await store.content.manifests.delete(repository, image.digest, BY);
      lists.push((await store.content.deletions.list({ limit: 10 })).length);
    }
    assert.deepEqual(lists, [0, 2, 0, 2]);
    await store.close();
  });
}
