import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { buildImage, buildIndex } from "../../test/image-builder.ts";
import type { Database } from "../database/database.ts";
import { digestOf, type Digest } from "../oci/digest.ts";
import { parseTag } from "../oci/reference.ts";
import {
  bodyOf,
  collect,
  DAY_MS,
  HOUR_MS,
  inventory,
  NOTHING,
  openTestStore,
  pushBlob,
  pushImage,
} from "./garbage.fixture.ts";
import { assertWhole, restore } from "./undelete.fixture.ts";
import { testBlobRemoval } from "./blob-removal-suite.ts";
import { testCollectUploads } from "./collect-uploads-suite.ts";
import { quarantine } from "./quarantine.ts";

const V1 = parseTag("v1");

/** What a collection takes and leaves, on every database. */
export function testGarbageCollection(name: string, open: () => Promise<Database>): void {
  describe(`garbage collection on ${name}`, () => {
    let database: Database;
    before(async () => {
      database = await open();
    });
    after(() => database.close());

    testManifests(() => database);
    testBlobs(() => database);
    testLateBlobs(() => database);
    testCollectUploads(() => database);
    testRuns(() => database);
    testBlobRemoval(() => database);
  });
}

function testManifests(database: () => Database): void {
  test("an untagged image goes 30 days after its push, with its blobs and bytes; a tagged one stays", async () => {
    const store = await openTestStore(database());
    const repository = await store.newRepository();
    const [kept, untagged] = [await someImage("kept"), await someImage("untagged")];
    await pushImage(store.content, repository, { image: kept, tags: [V1] });
    await pushImage(store.content, repository, { image: untagged });
    store.advance(30 * DAY_MS - HOUR_MS);
    assert.deepEqual(await collect(store.content), NOTHING);
    store.advance(HOUR_MS);
    // The configuration is both images' own, and the same.
    assert.deepEqual(await collect(store.content), {
      ...NOTHING,
      manifests: 1,
      contents: 1,
      links: 1,
      blobs: 1,
    });
    const left = await inventory(store);
    assert.deepEqual(left.stored, [...kept.blobs.keys()].toSorted());
    assert.deepEqual(left.blobs, left.stored);
    assert.deepEqual(left.contents, [kept.digest]);
    await store.close();
  });

  test("what an untagged, nested or referring manifest is to a tagged one keeps it", async () => {
    const store = await openTestStore(database());
    const repository = await store.newRepository();
    const child = await someImage("child");
    const nested = buildIndex([{ image: child }]);
    const index = buildIndex([{ image: nested }]);
    await pushImage(store.content, repository, { image: index, tags: [V1] });
    const signature = await someImage("signature", { subject: child });
    const ofSignature = await someImage("signature of signature", { subject: signature });
    for (const image of [signature, ofSignature]) await pushImage(store.content, repository, { image });
    store.advance(365 * DAY_MS);
    assert.deepEqual(await collect(store.content), NOTHING);
    await store.content.tags.delete(repository, V1, { deletedBy: "alice" });
    store.advance(7 * DAY_MS);
    assert.equal((await collect(store.content)).manifests, 5);
    assert.deepEqual((await inventory(store)).stored, []);
    await store.close();
  });

  test("a pull keeps an untagged image for 30 days more; so does a HEAD by a pusher, and an index that names it", async () => {
    const store = await openTestStore(database());
    const repository = await store.newRepository();
    const [pulled, asked, named] = [await someImage("p"), await someImage("a"), await someImage("n")];
    const images = [pulled, asked, named];
    for (const image of images) await pushImage(store.content, repository, { image });
    store.advance(29 * DAY_MS);
    store.content.pulls.count(repository, pulled.digest);
    await store.content.pulls.flush();
    await store.content.manifests.find(repository, { digest: asked.digest }, { forPush: true });
    const index = buildIndex([{ image: named }]);
    await pushImage(store.content, repository, { image: { ...index, children: [] } });
    await store.content.manifests.delete(repository, index.digest, { deletedBy: "alice" });
    store.advance(29 * DAY_MS);
    assert.equal((await collect(store.content)).manifests, 0);
    store.advance(2 * DAY_MS);
    assert.equal((await collect(store.content)).manifests, 3);
    await store.close();
  });

  test("what another hub gave to a puller a moment ago stays, though it has not counted the pull yet", async () => {
    const store = await openTestStore(database());
    const repository = await store.newRepository();
    const image = await someImage("old");
    await pushImage(store.content, repository, { image });
    store.advance(31 * DAY_MS);
    const reference = { digest: image.digest };
    assert.ok(await store.another().manifests.find(repository, reference, { forPull: true }));
    assert.deepEqual(await collect(store.content), NOTHING);
    await assertWhole(store, repository, image);
    store.advance(31 * DAY_MS);
    assert.equal((await collect(store.content)).manifests, 1);
    assert.equal(await store.another().manifests.find(repository, reference, { forPull: true }), undefined);
    await store.close();
  });

  test("an index whose subject is its own child keeps neither", async () => {
    const store = await openTestStore(database());
    const repository = await store.newRepository();
    const child = await someImage("child");
    const index = buildIndex([{ image: child }]);
    const about = { mediaType: child.mediaType, digest: child.digest, size: child.manifest.length };
    const manifest = Buffer.from(
      JSON.stringify({ ...(JSON.parse(index.manifest.toString()) as object), subject: about }),
    );
    await pushImage(store.content, repository, {
      image: { ...index, manifest, digest: digestOf(manifest) },
    });
    store.advance(31 * DAY_MS);
    assert.equal((await collect(store.content)).manifests, 2);
    await store.close();
  });

  test("an image of many old indexes goes after them", async () => {
    const store = await openTestStore(database());
    const repository = await store.newRepository();
    const child = await someImage("child");
    for (let number = 0; number < 105; number++) {
      const image = buildIndex([{ image: child }], { annotations: { number: String(number) } });
      await pushImage(store.content, repository, { image });
    }
    store.advance(31 * DAY_MS);
    assert.equal((await collect(store.content)).manifests, 106);
    await store.close();
  });

  test("the bytes of a manifest stay while another repository has it", async () => {
    const store = await openTestStore(database());
    const [first, second] = [await store.newRepository(), await store.newRepository()];
    const image = await someImage("shared");
    await pushImage(store.content, first, { image });
    await pushImage(store.content, second, { image, tags: [V1] });
    store.advance(31 * DAY_MS);
    assert.deepEqual(await collect(store.content), { ...NOTHING, manifests: 1, links: 2 });
    await store.close();
  });
}

function testBlobs(database: () => Database): void {
  test("a blob that no manifest needs goes a day after its upload", async () => {
    const store = await openTestStore(database());
    await pushBlob(store.content, await store.newRepository(), Buffer.from("alone"));
    store.advance(DAY_MS - HOUR_MS);
    assert.deepEqual(await collect(store.content), NOTHING);
    store.advance(HOUR_MS);
    assert.deepEqual(await collect(store.content), { ...NOTHING, links: 1, blobs: 1 });
    await store.close();
  });

  test("a mount, and a HEAD by a pusher, renew a blob's grace; a HEAD by a puller does not", async () => {
    const store = await openTestStore(database());
    const { content } = store;
    const [repository, other] = [await store.newRepository(), await store.newRepository()];
    const digests = await Promise.all(
      ["asked", "mounted", "read"].map((text) => pushBlob(content, repository, Buffer.from(text))),
    );
    const [asked, mounted, read] = digests as [Digest, Digest, Digest];
    store.advance(23 * HOUR_MS);
    assert.equal(await content.blobs.stat(repository, asked, { forPush: true }), 5);
    assert.equal(await content.blobs.mount(other, mounted, repository), true);
    assert.equal(await content.blobs.stat(repository, read), 4);
    store.advance(2 * HOUR_MS);
    assert.deepEqual(await collect(content), { ...NOTHING, links: 1, blobs: 1 });
    assert.equal(await content.blobs.stat(repository, read), undefined);
    assert.equal(await content.blobs.stat(repository, asked), 5);
    assert.equal(await content.blobs.stat(other, mounted), 7);
    await store.close();
  });

  test("a HEAD by a pusher writes nothing while more than half the grace is left", async () => {
    const store = await openTestStore(database());
    const repository = await store.newRepository();
    const digest = await pushBlob(store.content, repository, Buffer.from("young"));
    store.advance(12 * HOUR_MS);
    await store.content.blobs.stat(repository, digest, { forPush: true });
    store.advance(12 * HOUR_MS);
    assert.equal((await collect(store.content)).blobs, 1);
    await store.close();
  });

  test("bytes that have no row go when they are older than a blob's grace, unless they were there before the database", async () => {
    const store = await openTestStore(database());
    const digests = ["stray", "young"].map((text) => digestOf(Buffer.from(text)));
    await storeStray(store, "stray");
    store.advance(23 * HOUR_MS);
    await storeStray(store, "young");
    store.advance(HOUR_MS);
    assert.deepEqual(await collect(store.content), { ...NOTHING, blobs: 1 });
    assert.deepEqual((await inventory(store)).stored, [digests[1]]);
    store.advance(-3 * DAY_MS);
    await storeStray(store, "older than the database");
    store.advance(30 * DAY_MS);
    assert.deepEqual(await collect(store.content), { ...NOTHING, blobs: 1 });
    assert.deepEqual((await inventory(store)).stored, [digestOf(Buffer.from("older than the database"))]);
    await store.close();
  });
}

/** Blobs that were not there when a manifest that names them was pushed. */
function testLateBlobs(database: () => Database): void {
  test("a blob that comes after its image is kept as long as the image, and restored with it", async () => {
    const store = await openTestStore(database(), { sparseManifests: "all" });
    const { content } = store;
    const repository = await store.newRepository();
    const image = await someImage("late");
    await pushImage(content, repository, { image: { ...image, blobs: new Map() }, tags: [V1] });
    for (const bytes of image.blobs.values()) await pushBlob(content, repository, bytes);
    store.advance(2 * DAY_MS);
    assert.deepEqual(await collect(content), NOTHING);
    for (const digest of image.blobs.keys()) {
      await assert.rejects(content.blobs.delete(repository, digest), { code: "UNSUPPORTED" });
    }
    await content.manifests.delete(repository, image.digest, { deletedBy: "alice" });
    store.advance(2 * DAY_MS);
    assert.deepEqual(await collect(content), { ...NOTHING, links: 2 });
    await restore(store, repository, { digest: image.digest });
    store.advance(2 * DAY_MS);
    assert.deepEqual(await collect(content), NOTHING);
    await assertWhole(store, repository, image);
    await store.close();
  });

  test("a layer that may live elsewhere is kept where it was pushed, before its image or after it", async () => {
    const store = await openTestStore(database());
    const { content } = store;
    const repository = await store.newRepository();
    const mediaType = "application/vnd.oci.image.layer.nondistributable.v1.tar";
    const texts = ["before", "after", "elsewhere"];
    const image = await buildImage({
      layers: texts.map((text) => ({ mediaType, bytes: Buffer.from(text) })),
    });
    const blobs = [...image.blobs].filter(([, bytes]) => !texts.slice(1).includes(bytes.toString()));
    await pushImage(content, repository, { image: { ...image, blobs: new Map(blobs) }, tags: [V1] });
    await pushBlob(content, repository, Buffer.from("after"));
    store.advance(2 * DAY_MS);
    assert.deepEqual(await collect(content), NOTHING);
    assert.equal((await inventory(store)).stored.length, 3);
    await content.tags.delete(repository, V1, { deletedBy: "alice" });
    store.advance(31 * DAY_MS);
    const gone = { ...NOTHING, manifests: 1, contents: 1, links: 3, blobs: 3 };
    assert.deepEqual(await collect(content, { dryRun: true }), gone);
    assert.deepEqual(await collect(content), gone);
    await store.close();
  });
}

function testRuns(database: () => Database): void {
  test("a dry run tells what a collection takes, and takes nothing", async () => {
    const store = await openTestStore(database());
    const [first, second] = [await store.newRepository(), await store.newRepository()];
    const [old, shared] = [await someImage("old"), await someImage("shared")];
    await pushImage(store.content, first, { image: buildIndex([{ image: old }]) });
    await pushImage(store.content, first, { image: shared });
    await pushImage(store.content, second, { image: shared, tags: [V1] });
    const upload = store.content.uploads.start(first);
    await store.content.uploads.append(first, upload, { body: bodyOf(Buffer.from("idle")) });
    await pushBlob(store.content, second, Buffer.from("alone"));
    await storeStray(store, "stray");
    const aside = await quarantine(store, digestOf(Buffer.from("stray")));
    await store.storage.quarantine.write("notes.txt", bodyOf(Buffer.from("somebody else's")));
    store.advance(31 * DAY_MS);
    const stored = await inventory(store);
    const foreseen = await store.content.garbage.collect({ dryRun: true });
    assert.deepEqual(await inventory(store), stored);
    const real = await store.content.garbage.collect();
    assert.deepEqual(foreseen.collected, real.collected);
    assert.equal(foreseen.bytes, real.bytes);
    assert.deepEqual(
      Object.values(real.collected).map(({ count }) => count),
      [1, 3, 4, 2, 3, 1],
    );
    assert.deepEqual(real.collected.quarantined, { count: 1, bytes: 5 });
    const left = await Array.fromAsync(store.storage.quarantine.list(), ({ name }) => name);
    assert.deepEqual([aside.startsWith("sha256-"), left], [true, ["notes.txt"]]);
    assert.equal(real.collected.blobs.bytes, Buffer.from("old alone stray").length - 2);
    assert.deepEqual(await collect(store.content), NOTHING);
    await store.close();
  });

  test("a collection that is aborted says so, and the next one goes on", async () => {
    const store = await openTestStore(database());
    await pushBlob(store.content, await store.newRepository(), Buffer.from("alone"));
    store.advance(2 * DAY_MS);
    const report = await store.content.garbage.collect({ signal: AbortSignal.abort() });
    assert.deepEqual([report.complete, report.collected.blobs.count], [false, 0]);
    assert.equal((await collect(store.content)).blobs, 1);
    await store.close();
  });
}

/** An image of its own layer, and of the configuration that all have. */
async function someImage(
  text: string,
  { subject }: { subject?: Awaited<ReturnType<typeof buildImage>> } = {},
) {
  const about = subject && {
    subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.manifest.length },
  };
  return buildImage({ layers: [{ bytes: Buffer.from(text) }], manifest: { ...about } });
}

async function storeStray(store: Awaited<ReturnType<typeof openTestStore>>, text: string): Promise<void> {
  await store.storage.append(`stray-${text.length}`, bodyOf(Buffer.from(text)), { offset: 0 });
  await store.storage.finish(`stray-${text.length}`, digestOf(Buffer.from(text)));
}
