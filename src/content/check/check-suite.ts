import assert from "node:assert/strict";
import { buffer } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { buildImage, buildIndex, type TestImage } from "../../../test/image-builder.ts";
import type { BlobStorage } from "../../blob-storage/port.ts";
import type { Database } from "../../database/database.ts";
import { digestOf, type Digest } from "../../oci/digest.ts";
import { parseTag, type RepositoryName } from "../../oci/reference.ts";
import {
  bodyOf,
  collect,
  DAY_MS,
  openTestStore,
  pushBlob,
  pushImage,
  type TestStore,
} from "../garbage.fixture.ts";
import type { CheckReport } from "./checker.ts";
import type { FindingKind } from "./finding-kinds.ts";

const V1 = parseTag("v1");
const V2 = parseTag("v2");

export interface DamageableDatabase {
  database: Database;
  /** Runs statements that only damage would: rows go although others refer to them. */
  damage(statements: string[]): Promise<void>;
}

/** What a check finds and repairs, on every database. */
export function testCheck(name: string, open: () => Promise<DamageableDatabase>): void {
  describe(`check on ${name}`, () => {
    let opened: DamageableDatabase;
    before(async () => {
      opened = await open();
    });
    after(() => opened.database.close());

    testBytes(() => opened);
    testRows(() => opened);
    testManifests(() => opened);
    testNoDamage(() => opened);
  });
}

type Opened = () => DamageableDatabase;

function testBytes(opened: Opened): void {
  for (const [what, bytes] of [
    ["whose byte was flipped", Buffer.from("layes")],
    ["that was cut", Buffer.from("lay")],
    ["that is empty", Buffer.alloc(0)],
  ] as const) {
    test(`a blob ${what} is found, taken away by a repair, and healed by a push`, async () => {
      const { world, digest } = await worldWithImage(opened());
      await replaceBytes(world.storage, digest, bytes);
      const found = await check(world);
      assert.deepEqual(found.counts, { "blob-damaged": { found: 1, repaired: 0 } });
      assert.deepEqual(found.findings[0]?.what, digest);
      assert.deepEqual(found.pushAgain, ["org1/app:v1"]);
      assert.equal(await world.storage.stat(digest), bytes.length, "a check alone changes nothing");
      assert.equal((await check(world, { repair: true })).problems, 1);
      assert.equal(await world.storage.stat(digest), undefined);
      assert.deepEqual(await bytesAside(world), [bytes]);
      await healByPush(world);
      await world.close();
    });
  }

  test("damaged bytes set aside are noted by each check, until a collection removes them after a week", async () => {
    const { world, digest } = await worldWithImage(opened());
    await replaceBytes(world.storage, digest, Buffer.from("layes"));
    const repaired = await check(world, { repair: true });
    assert.deepEqual(repaired.counts, {
      "blob-damaged": { found: 1, repaired: 0 },
      "blob-set-aside": { found: 1, repaired: 0 },
    });
    await pushImage(world.content, world.repository, { image: world.image, tags: [V1] });
    const noted = await check(world);
    assert.deepEqual([noted.problems, noted.counts], [0, { "blob-set-aside": { found: 1, repaired: 0 } }]);
    assert.match(noted.findings[0]?.what ?? "", /^sha256-[0-9a-f]{64}-\d{8}T\d{9}Z$/);
    world.advance(6 * DAY_MS);
    assert.equal((await collect(world.content)).quarantined, 0);
    world.advance(2 * DAY_MS);
    assert.equal((await collect(world.content)).quarantined, 1);
    assert.deepEqual((await check(world)).counts, {});
    await world.close();
  });

  test("damaged bytes that cannot be set aside stay where they are", async () => {
    const { world, digest } = await worldWithImage(opened());
    await replaceBytes(world.storage, digest, Buffer.from("layes"));
    world.setAside = () => Promise.reject(new Error("no space left"));
    const { findings, problems } = await check(world, { repair: true });
    assert.equal(problems, 1);
    assert.match(findings[0]?.problem ?? "", /they cannot be set aside \(no space left\)/);
    assert.equal(await world.storage.stat(digest), 5);
    await world.close();
  });

  test("a blob without bytes is found, is known to no client after a repair, and healed by a push", async () => {
    const { world, digest } = await worldWithImage(opened());
    await world.storage.delete(digest);
    assert.deepEqual((await check(world, { quick: true })).counts, {
      "blob-missing": { found: 1, repaired: 0 },
    });
    assert.equal(await world.content.blobs.stat(world.repository, digest), 5);
    assert.deepEqual((await check(world, { repair: true })).pushAgain, ["org1/app:v1"]);
    assert.equal(await world.content.blobs.stat(world.repository, digest), undefined);
    world.advance(2 * DAY_MS);
    await collect(world.content);
    assert.equal((await check(world)).problems, 1, "it is still missing");
    await healByPush(world);
    await world.close();
  });

  test("one push heals a blob for every repository that has it", async () => {
    const { world, digest } = await worldWithImage(opened());
    const other = await world.newRepository();
    await pushImage(world.content, other, { image: world.image, tags: [V2] });
    await replaceBytes(world.storage, digest, Buffer.from("layes"));
    const { pushAgain } = await check(world, { repair: true });
    assert.deepEqual(pushAgain.toSorted(), ["org1/app:v1", "org2/app:v2"]);
    await pushImage(world.content, other, { image: world.image, tags: [V2] });
    assert.deepEqual(withoutNotes(await check(world)), {});
    assert.equal(await world.content.blobs.stat(world.repository, digest), 5);
    await world.close();
  });

  for (const [what, lose] of [
    ["damaged", (world: World, digest: Digest) => replaceBytes(world.storage, digest, Buffer.from("worn"))],
    ["missing", (world: World, digest: Digest) => world.storage.delete(digest)],
  ] as const) {
    test(`a ${what} blob that no manifest names is said to be needed by nothing, and goes with a collection`, async () => {
      const { world } = await worldWithImage(opened());
      const digest = await pushBlob(world.content, world.repository, Buffer.from("lone"));
      await lose(world, digest);
      const { findings, pushAgain, repairable } = await check(world);
      assert.match(findings[0]?.remedy ?? "", /no manifest names it.*garbage collection removes it$/);
      assert.deepEqual([findings[0]?.where, pushAgain, repairable], [[], [], 1]);
      await check(world, { repair: true });
      assert.equal((await check(world)).repairable, 0);
      world.advance(2 * DAY_MS);
      await collect(world.content);
      assert.deepEqual(withoutNotes(await check(world)), {});
      await world.close();
    });
  }

  test("what a repair has done all it can for is not said to be repairable", async () => {
    const { world, digest } = await worldWithImage(opened());
    await world.storage.delete(digest);
    const counted = async (options = {}) => {
      const { problems, repairable } = await check(world, options);
      return { problems, repairable };
    };
    assert.deepEqual(await counted(), { problems: 1, repairable: 1 });
    assert.deepEqual(await counted({ repair: true }), { problems: 1, repairable: 0 });
    assert.deepEqual(await counted(), { problems: 1, repairable: 0 });
    await world.close();
  });

  test("a list of images that is cut says how many more there are, or that there are more", async () => {
    const { world, digest } = await worldWithImage(opened());
    const tagged = async (count: number) => {
      const tags = Array.from({ length: count }, (_, number) => parseTag(`t${number}`));
      await pushImage(world.content, world.repository, { image: world.image, tags });
    };
    const cutOf = async () => {
      const { findings, pushAgain, pushAgainMore } = await check(world);
      const [{ where = [], more } = {}] = findings;
      return { shown: where.length, more, pushAgain: pushAgain.length, pushAgainMore };
    };
    await tagged(4);
    await replaceBytes(world.storage, digest, Buffer.from("layes"));
    const all = { shown: 5, more: undefined, pushAgain: 5, pushAgainMore: false };
    assert.deepEqual(await cutOf(), all);
    await tagged(19);
    assert.deepEqual(await cutOf(), { ...all, more: 15, pushAgain: 20 });
    await tagged(20);
    assert.deepEqual(await cutOf(), { ...all, more: "unknown", pushAgain: 20, pushAgainMore: true });
    await world.close();
  });

  test("a quick check compares sizes alone", async () => {
    const { world, digest } = await worldWithImage(opened());
    await replaceBytes(world.storage, digest, Buffer.from("layes"));
    assert.equal((await check(world, { quick: true })).problems, 0);
    await replaceBytes(world.storage, digest, Buffer.from("lay"));
    assert.equal((await check(world, { quick: true })).problems, 1);
    await world.close();
  });

  test("a blob that storage fails to read is damage that a repair leaves alone", async () => {
    const { world, digest } = await worldWithImage(opened());
    world.read = (asked) =>
      asked === digest ? Promise.reject(new Error("EIO: i/o error")) : Promise.resolve();
    const { findings, problems } = await check(world, { repair: true });
    assert.equal(problems, 1);
    assert.equal(findings[0]?.kind, "blob-unreadable");
    assert.match(findings[0]?.problem ?? "", /EIO: i\/o error/);
    world.read = () => Promise.resolve();
    assert.equal((await check(world)).problems, 0);
    await world.close();
  });

  test("an upload that took damaged bytes for its own is refused, and the next one heals", async () => {
    const { world, digest } = await worldWithImage(opened());
    await replaceBytes(world.storage, digest, Buffer.from("layes"));
    world.finished = () => check(world, { repair: true }).then(() => undefined);
    await assert.rejects(pushBlob(world.content, world.repository, Buffer.from("layer")), {
      code: "BLOB_UPLOAD_INVALID",
    });
    world.finished = () => Promise.resolve();
    await healByPush(world);
    await world.close();
  });

  for (const ending of ["collection", "repair", "push"] as const) {
    test(`a repair that storage refuses is said; the next ${ending} ends it`, async () => {
      const { world, digest } = await worldWithImage(opened());
      await replaceBytes(world.storage, digest, Buffer.from("layes"));
      world.deleted = () => Promise.reject(new Error("EIO: i/o error"));
      const { findings, problems } = await check(world, { repair: true });
      assert.equal(problems, 1);
      assert.match(findings[0]?.problem ?? "", /storage does not remove them \(EIO: i\/o error\)/);
      assert.equal(await world.content.blobs.stat(world.repository, digest), undefined);
      world.deleted = () => Promise.resolve();
      assert.equal((await check(world)).problems, 1, "the blob is known to be missing");
      world.advance(DAY_MS);
      const ends = {
        collection: () => collect(world.content),
        repair: () => check(world, { repair: true }),
        push: () => Promise.resolve(),
      };
      await ends[ending]();
      assert.deepEqual(withoutNotes(await check(world)), { "blob-missing": { found: 1, repaired: 0 } });
      await healByPush(world);
      await world.close();
    });
  }

  test("bytes that the database does not know are noted, and are no damage", async () => {
    const { world } = await worldWithImage(opened());
    const stray = Buffer.from("stray");
    await world.storage.append("stray", bodyOf(stray), { offset: 0 });
    await world.storage.finish("stray", digestOf(stray));
    const { findings, problems } = await check(world);
    assert.deepEqual(
      findings.map(({ kind, what, state }) => [kind, what, state]),
      [["bytes-without-row", digestOf(stray), "note"]],
    );
    assert.equal(problems, 0);
    await world.close();
  });
}

function testRows(opened: Opened): void {
  const damages: { what: string; statements: (digests: Digests) => string[]; kinds: FindingKind[] }[] = [
    {
      what: "a blob's row with another size",
      statements: ({ layer }) => [`update blobs set size = 7 where digest = '${layer}'`],
      kinds: ["blob-size-wrong"],
    },
    {
      what: "a blob's row that is gone",
      statements: ({ layer }) => [`delete from blobs where digest = '${layer}'`],
      kinds: ["blob-row-missing", "blob-not-ready"],
    },
    {
      what: "a link that is gone",
      statements: ({ layer }) => [`delete from repository_blobs where digest = '${layer}'`],
      kinds: ["link-missing"],
    },
    {
      what: "a link that is gone with the blob's row",
      statements: ({ layer }) => [
        `delete from repository_blobs where digest = '${layer}'`,
        `delete from blobs where digest = '${layer}'`,
      ],
      kinds: ["link-missing", "blob-not-ready"],
    },
    {
      what: "a reference that is gone",
      statements: ({ layer }) => [`delete from manifest_blobs where blob_digest = '${layer}'`],
      kinds: ["references-wrong"],
    },
    {
      what: "a reference to what the manifest does not name",
      statements: ({ layer, index }) => [
        `insert into manifest_blobs select repository_id, '${index}', digest from repository_blobs where digest = '${layer}'`,
      ],
      kinds: ["references-wrong"],
    },
    {
      what: "a child that is gone",
      statements: () => ["delete from manifest_children"],
      kinds: ["references-wrong"],
    },
    {
      what: "a manifest's row that is gone",
      statements: ({ image }) => [`delete from manifests where digest = '${image}'`],
      kinds: ["manifest-row-missing"],
    },
    {
      what: "an index's row that is gone",
      statements: ({ index }) => [`delete from manifests where digest = '${index}'`],
      kinds: ["manifest-row-missing"],
    },
    {
      what: "a manifest's row that says nonsense",
      statements: ({ image }) => [`update manifests set subject = 'x', size = 1 where digest = '${image}'`],
      kinds: ["manifest-row-wrong"],
    },
    {
      what: "a tag that is taken for an artifact",
      statements: () => ["update tags set artifact = 1"],
      kinds: ["tag-wrong"],
    },
    {
      what: "a newest tag that is none",
      statements: () => ["update repositories set newest_tag = 'gone'"],
      kinds: ["newest-tag-wrong"],
    },
    {
      what: "a newest tag that is not noted",
      statements: () => ["update repositories set newest_tag = null"],
      kinds: ["newest-tag-wrong"],
    },
  ];
  for (const { what, statements, kinds } of damages) {
    test(`${what} is found, and put right by a repair`, async () => {
      const { world, digest } = await worldWithImage(opened());
      const index = buildIndex([{ image: world.image }]);
      await pushImage(world.content, world.repository, { image: index });
      const whole = await rowsOf(world.database);
      await opened().damage(statements({ layer: digest, image: world.image.digest, index: index.digest }));
      assert.ok((await check(world)).problems > 0);
      const repaired = await check(world, { repair: true });
      assert.deepEqual(Object.keys(repaired.counts).toSorted(), kinds.toSorted());
      assert.equal(repaired.problems, 0);
      assert.deepEqual(await rowsOf(world.database), whole);
      assert.deepEqual((await check(world)).counts, {});
      await world.close();
    });
  }

  test("an older tag that is noted as the newest is found and put right", async () => {
    const { world } = await worldWithImage(opened());
    world.advance(DAY_MS);
    await pushImage(world.content, world.repository, { image: world.image, tags: [V2] });
    await opened().damage(["update repositories set newest_tag = 'v1'"]);
    assert.deepEqual((await check(world, { repair: true })).counts, {
      "newest-tag-wrong": { found: 1, repaired: 1 },
    });
    assert.equal((await world.content.repositories.find(world.repository))?.newestTag, V2);
    await world.close();
  });

  test("a manifest's blob that its repository never had is damage, and a repair does not give it one", async () => {
    const { world, digest } = await worldWithImage(opened());
    const other = await world.newRepository();
    await pushBlob(world.content, other, Buffer.from("layer"));
    await opened().damage([
      `delete from manifest_blobs where blob_digest = '${digest}'`,
      `delete from repository_blobs where digest = '${digest}' and repository_id = (select id from repositories where name = 'org1/app')`,
    ]);
    const { counts, pushAgain } = await check(world, { repair: true });
    assert.deepEqual(counts, {
      "content-missing": { found: 1, repaired: 0 },
      "references-wrong": { found: 1, repaired: 1 },
    });
    assert.deepEqual(pushAgain, ["org1/app:v1"]);
    await healByPush(world);
    await world.close();
  });

  test("content whose repository is gone is damage", async () => {
    const { world } = await worldWithImage(opened());
    await opened().damage(["delete from repositories"]);
    const { counts, problems } = await check(world, { repair: true });
    assert.equal(counts["repository-missing"]?.repaired, 0);
    assert.ok(problems > 0);
    await world.close();
  });
}

function testManifests(opened: Opened): void {
  const damages = {
    "manifest-damaged": "update manifest_contents set content = substr(content, 2)",
    "manifest-missing": "delete from manifest_contents",
  };
  for (const [kind, statement] of Object.entries(damages)) {
    test(`${kind}: it is found, not there for clients, and healed by a push`, async () => {
      const { world } = await worldWithImage(opened());
      await opened().damage([statement]);
      const { counts, pushAgain } = await check(world, { repair: true });
      assert.deepEqual(counts, { [kind]: { found: 1, repaired: 0 } });
      assert.deepEqual(pushAgain, ["org1/app:v1"]);
      // Another hub has no copy in memory.
      assert.equal(await world.another().manifests.find(world.repository, { tag: V1 }), undefined);
      await healByPush(world);
      await world.close();
    });

    test(`${kind}: bytes that an import left in storage bring it back`, async () => {
      const { world } = await worldWithImage(opened());
      const { digest, manifest } = world.image;
      await world.storage.append("manifest", bodyOf(manifest), { offset: 0 });
      await world.storage.finish("manifest", digest);
      await opened().damage([statement]);
      assert.deepEqual((await check(world, { repair: true })).counts, { [kind]: { found: 1, repaired: 1 } });
      assert.deepEqual((await check(world)).counts, {});
      await world.close();
    });
  }

  test("a manifest without row and bytes is found by its tag, and healed by a push", async () => {
    const { world } = await worldWithImage(opened());
    await opened().damage(["delete from manifests", "delete from manifest_contents"]);
    const { counts, pushAgain } = await check(world, { repair: true });
    assert.deepEqual(counts, { "manifest-row-missing": { found: 1, repaired: 0 } });
    assert.deepEqual(pushAgain, ["org1/app:v1"]);
    await healByPush(world);
    await world.close();
  });

  test("what a lost image of an index is part of is named by the index's tag", async () => {
    const { world, digest } = await worldWithImage(opened());
    const index = buildIndex([{ image: world.image }]);
    await pushImage(world.content, world.repository, { image: index, tags: [V2] });
    await world.content.tags.delete(world.repository, V1, { deletedBy: "alice" });
    await world.storage.delete(digest);
    assert.deepEqual((await check(world)).pushAgain, ["org1/app:v2"]);
    await world.close();
  });
}

function testNoDamage(opened: Opened): void {
  test("what is whole is no finding: images, indexes without children, signatures, uploads, blobs alone", async () => {
    const { world } = await worldWithImage(opened());
    const sparse = buildIndex([{ image: await someImage("elsewhere") }]);
    const signature = await buildImage({
      layers: [{ bytes: Buffer.from("signature") }],
      manifest: {
        subject: {
          mediaType: world.image.mediaType,
          digest: world.image.digest,
          size: world.image.manifest.length,
        },
        artifactType: "application/signature",
      },
    });
    await pushImage(world.content, world.repository, { image: { ...sparse, children: [] }, tags: [V2] });
    await pushImage(world.content, world.repository, {
      image: signature,
      tags: [parseTag(`sha256-${world.image.digest.slice(7)}.sig`)],
    });
    await pushBlob(world.content, world.repository, Buffer.from("alone"));
    world.content.uploads.start(world.repository);
    const { counts, checked, bytes } = await check(world, { repair: true });
    assert.deepEqual(counts, {});
    assert.equal(checked.manifests, 3);
    assert.equal(checked.blobs, 4);
    assert.ok(bytes > 0);
    await world.close();
  });

  test("another size than a manifest gives is noted: of a manifest that came after its index, and of blobs", async () => {
    const { database } = opened();
    const world = await openTestStore(database, { sparseManifests: "all" });
    const repository = await world.newRepository();
    const child = await someImage("layer");
    const index = buildIndex([{ image: child, size: 7 }]);
    const layers = [{ mediaType: "text/plain", digest: digestOf(Buffer.from("late")), size: 9 }];
    const image = await buildImage({ manifest: { layers } });
    for (const one of [{ ...index, children: [] }, image])
      await pushImage(world.content, repository, { image: one, tags: [one === image ? V1 : V2] });
    assert.deepEqual((await check(world)).counts, {}, "nothing is there that has another size");
    await pushImage(world.content, repository, { image: child, tags: [] });
    await pushBlob(world.content, repository, Buffer.from("late"));
    const { counts, findings, problems, pushAgain } = await check(world, { repair: true });
    assert.deepEqual(counts, { "size-differs": { found: 2, repaired: 0 } });
    assert.deepEqual(
      new Map(
        findings.map(({ what, where, state, problem }) => [what, [state, where, problem.split(": ")[1]]]),
      ),
      new Map([
        [child.digest, ["note", ["org1/app:v2"], `7 bytes, expected ${child.manifest.length}`]],
        [layers[0]?.digest, ["note", ["org1/app:v1"], "9 bytes, expected 4"]],
      ]),
    );
    assert.deepEqual([problems, pushAgain], [0, []]);
    await world.close();
  });

  test("a blob that is collected before each look, and pushed again after it, is no finding", async () => {
    const { world } = await worldWithImage(opened());
    const alone = await pushBlob(world.content, world.repository, Buffer.from("alone"));
    let looks = 0;
    world.stat = async (asked) => {
      if (asked !== alone) return;
      looks += 1;
      world.advance(2 * DAY_MS);
      assert.equal((await collect(world.content)).blobs, 1);
    };
    world.statted = async (asked) => {
      if (asked === alone) await pushBlob(world.content, world.repository, Buffer.from("alone"));
    };
    assert.deepEqual((await check(world, { repair: true })).counts, {});
    assert.ok(looks > 0);
    await world.close();
  });

  test("an aborted check ends with the signal's reason", async () => {
    const { world } = await worldWithImage(opened());
    const reason = new Error("enough");
    await assert.rejects(check(world, { signal: AbortSignal.abort(reason) }), reason);
    await world.close();
  });
}

interface Digests {
  layer: Digest;
  image: Digest;
  index: Digest;
}

/** A store with one image, whose layer is `layer`; its storage can be made to fail, or to wait. */
interface World extends TestStore {
  repository: RepositoryName;
  image: TestImage;
  read: (digest: Digest) => Promise<void>;
  stat: (digest: Digest) => Promise<void>;
  statted: (digest: Digest) => Promise<void>;
  finished: () => Promise<void>;
  deleted: () => Promise<void>;
  setAside: () => Promise<void>;
}

async function worldWithImage({ database }: DamageableDatabase): Promise<{ world: World; digest: Digest }> {
  const hooks: Pick<World, "read" | "stat" | "statted" | "finished" | "deleted" | "setAside"> = {
    read: () => Promise.resolve(),
    stat: () => Promise.resolve(),
    statted: () => Promise.resolve(),
    finished: () => Promise.resolve(),
    deleted: () => Promise.resolve(),
    setAside: () => Promise.resolve(),
  };
  const store = await openTestStore(database, {
    wrap: (storage) => ({
      ...storage,
      async read(digest, range) {
        await hooks.read(digest);
        return storage.read(digest, range);
      },
      async stat(digest) {
        await hooks.stat(digest);
        const sizeBytes = await storage.stat(digest);
        await hooks.statted(digest);
        return sizeBytes;
      },
      async finish(upload, digest) {
        await storage.finish(upload, digest);
        await hooks.finished();
      },
      async delete(digest) {
        await storage.delete(digest);
        await hooks.deleted();
      },
      quarantine: {
        ...storage.quarantine,
        async write(name, body) {
          await hooks.setAside();
          await storage.quarantine.write(name, body);
        },
      },
    }),
  });
  const repository = await store.newRepository();
  const image = await someImage("layer");
  await pushImage(store.content, repository, { image, tags: [V1] });
  const world = Object.assign(hooks, store, { repository, image });
  return { world, digest: digestOf(Buffer.from("layer")) };
}

function someImage(text: string): Promise<TestImage> {
  return buildImage({ layers: [{ bytes: Buffer.from(text) }] });
}

function check(
  { content }: TestStore,
  options?: Parameters<typeof content.checker.check>[0],
): Promise<CheckReport> {
  return content.checker.check(options);
}

/** What is in the storage's quarantine. */
async function bytesAside({ storage: { quarantine } }: World): Promise<Buffer[]> {
  return Array.fromAsync(quarantine.list(), async ({ name }) => buffer(await quarantine.read(name)));
}

function withoutNotes({ counts }: CheckReport): CheckReport["counts"] {
  const { "blob-set-aside": _, ...damage } = counts;
  return damage;
}

/** A push as clients do it, which leave out what is there; afterwards all is whole, also for a hub that starts anew. */
async function healByPush(world: World): Promise<void> {
  const { repository, image } = world;
  await pushImage(world.content, repository, { image, tags: [V1] });
  assert.deepEqual(withoutNotes(await check(world)), {});
  const found = await world.another().manifests.find(repository, { tag: V1 });
  assert.deepEqual(found?.bytes && Buffer.from(found.bytes), Buffer.from(image.manifest));
  for (const [digest, bytes] of image.blobs)
    assert.equal(await world.content.blobs.stat(repository, digest), bytes.length);
}

async function replaceBytes(storage: BlobStorage, digest: Digest, bytes: Uint8Array): Promise<void> {
  await storage.delete(digest);
  await storage.append("damage", bodyOf(bytes), { offset: 0 });
  await storage.finish("damage", digest);
}

/** All rows, without times and names that a repair cannot know. */
async function rowsOf({ read }: Database) {
  const [blobs, links, manifests, references, awaited, children, tags, repositories] = await Promise.all([
    read.selectFrom("blobs").select(["digest", "size", "state"]).orderBy("digest").execute(),
    read.selectFrom("repository_blobs").select(["repository_id", "digest"]).orderBy("digest").execute(),
    read
      .selectFrom("manifests")
      .select(["digest", "media_type", "size", "kind", "artifact_type", "subject", "annotations"])
      .orderBy("digest")
      .execute(),
    read.selectFrom("manifest_blobs").selectAll().orderBy("blob_digest").execute(),
    read.selectFrom("awaited_blobs").selectAll().execute(),
    read.selectFrom("manifest_children").selectAll().execute(),
    read.selectFrom("tags").selectAll().execute(),
    read.selectFrom("repositories").selectAll().execute(),
  ]);
  return { blobs, links, manifests, references, awaited, children, tags, repositories };
}
