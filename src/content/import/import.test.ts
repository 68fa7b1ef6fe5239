import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { lstat, mkdir, mkdtemp, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, beforeEach, test } from "node:test";
import { buildImage, buildIndex, type TestImage } from "../../../test/image-builder.ts";
import { createMemoryStorage } from "../../blob-storage/memory.ts";
import { openBlobStorage } from "../../blob-storage/open.ts";
import type { BlobStorage } from "../../blob-storage/port.ts";
import type { Database } from "../../database/database.ts";
import { openSqlite } from "../../database/sqlite.ts";
import { digestOf, type Digest } from "../../oci/digest.ts";
import { parseRepositoryName, parseTag } from "../../oci/reference.ts";
import type { Content, SparseManifests } from "../content.ts";
import { createContent } from "../create.ts";
import { pushImage } from "../garbage.fixture.ts";
import { ImportError, type ImportOptions, type ImportReport } from "./importer.ts";
import { createTestTree, type TestTree } from "./tree.fixture.ts";

const APP = parseRepositoryName("org/app");
const V1 = parseTag("v1");

const root = await mkdtemp(join(tmpdir(), "imagehub-import-"));
after(() => rm(root, { recursive: true }));

let folder: string;
let tree: TestTree;
let hub: TestContent;
beforeEach(async () => {
  folder = await mkdtemp(join(root, "test-"));
  tree = createTestTree(join(folder, "registry"));
  hub = await openContent({ storageUrl: `file:${join(folder, "storage")}` });
});
afterEach(() => hub.close());

test("a path that is not absolute, is not there, or holds no tree is refused", async () => {
  for (const directory of ["registry", join(folder, "nowhere"), folder]) {
    await assert.rejects(importTree({ directory }), (error) => {
      assert.ok(error instanceof ImportError);
      assert.match(error.message, directory === "registry" ? /absolute path/ : /rootdirectory/);
      return true;
    });
  }
});

test("symbolic links to another disk are followed, and told when they lead nowhere", async () => {
  const [one, other] = [await someImage("one"), await someImage("other")];
  await tree.push("org/app", one, ["v1"]);
  await tree.push("far/app", other, ["v1"]);
  const repositories = join(tree.root, "docker/registry/v2/repositories");
  await rename(join(repositories, "far"), join(folder, "far"));
  await symlink(join(folder, "far"), join(repositories, "far"));
  await symlink(join(folder, "unmounted"), join(repositories, "gone"));
  // Round and round.
  await symlink(repositories, join(repositories, "org/around"));
  await rename(tree.blobFile(layerOf(one)), join(folder, "elsewhere"));
  await symlink("../".repeat(8) + "elsewhere", tree.blobFile(layerOf(one)));

  const report = await importTree();
  assert.deepEqual(
    report.skips.map(({ what, reason }) => [what, reason]),
    [["gone", "broken link"]],
  );
  assert.deepEqual([report.repositories, report.tags], [3, 2]);
  // What the hub has is the bytes, not one more link to them.
  const taken = createTestTree(join(folder, "storage")).blobFile(layerOf(one));
  assert.ok((await lstat(taken)).isFile());
  assert.equal(statSync(taken).ino, statSync(join(folder, "elsewhere")).ino);
});

test("an organization that can be none, and an owner who is nobody, are refused", async () => {
  await assert.rejects(importTree({ organization: "a/b" }), /expected one component/);
  await assert.rejects(importTree({ owner: "nobody" }), /there is no such user/);
});

test("what cannot be taken is said, and keeps back nothing else", async () => {
  const [whole, cut, lost, unlinked, noLink] = await Promise.all(
    ["whole", "cut", "lost", "unlinked", "nolink"].map(someImage),
  );
  assert.ok(whole && cut && lost && unlinked && noLink);
  for (const [tag, image] of Object.entries({ whole, cut, lost, unlinked, noLink }))
    await tree.push("org/app", image, [tag]);
  await truncate(tree.blobFile(layerOf(cut)), 1);
  await rm(tree.blobFile(layerOf(lost)));
  await tree.unlink("org/app", "_layers", layerOf(unlinked));
  await tree.unlink("org/app", "_manifests/revisions", noLink.digest);
  await tree.setTag("org/app", "broken", "nonsense");
  await tree.setTag("org/app", "-bad", whole.digest);
  const schema1 = Buffer.from(JSON.stringify({ schemaVersion: 1, name: "org/app" }));
  const old = { ...whole, manifest: schema1, digest: digestOf(schema1), blobs: new Map() };
  await tree.push("org/app", old, ["old"]);
  await tree.push("one-part", whole, ["v1"]);
  await tree.push("org/UPPER", whole, ["v1"]);
  const garbled = await someImage("garbled");
  await tree.push("org/app", garbled, ["garbled"]);
  await writeFile(tree.blobFile(garbled.digest), "{}");

  const report = await importTree();
  const byTag = Object.fromEntries(report.skips.map(({ what, reason, why }) => [what, `${reason}: ${why}`]));
  assert.match(byTag["org/app:cut"] ?? "", /^damaged blob: /);
  assert.match(byTag["org/app:lost"] ?? "", /^missing blob: .* gone$/);
  assert.match(byTag["org/app:unlinked"] ?? "", /^missing blob: /);
  assert.match(byTag["org/app:noLink"] ?? "", /^broken link: /);
  assert.match(byTag["org/app:broken"] ?? "", /^broken link: /);
  assert.match(byTag["org/app:-bad"] ?? "", /^name not allowed: /);
  assert.match(byTag["org/app:old"] ?? "", /^manifest refused: .*schema 1/);
  assert.match(byTag["org/app:garbled"] ?? "", /^damaged manifest: /);
  assert.match(byTag["one-part"] ?? "", /^no organization: .*--organization library/);
  assert.match(byTag["org/UPPER"] ?? "", /^name not allowed: .*upper-case/);
  assert.equal(report.problems, report.skips.length);
  assert.deepEqual(await hub.content.tags.list(APP, { limit: 100 }), ["latest", "whole"]);
  await expectImage(APP, whole);
  await expectSound();
});

test("tags, indexes, what no tag names and referrers are taken, without a copy", async () => {
  const images = await Promise.all(["a", "b"].map(someImage));
  const [first] = images;
  assert.ok(first);
  const index = buildIndex(images.map((image) => ({ image })));
  const untagged = await someImage("untagged");
  const signature = await buildImage({
    layers: [{ bytes: Buffer.from("signature") }],
    manifest: {
      subject: { mediaType: first.mediaType, digest: first.digest, size: first.manifest.length },
      artifactType: "application/signature",
    },
  });
  await tree.push("org/app", index, ["v1", "v2"]);
  await tree.push("org/deep/er/app", first, ["v1"]);
  for (const image of [untagged, signature]) await tree.push("org/app", image);

  const report = await importTree();
  assert.deepEqual(
    { ...report, bytes: 0 },
    {
      repositories: 2,
      tags: 3,
      manifests: 6,
      blobs: 5,
      bytes: 0,
      copied: 0,
      skipped: {},
      noted: {},
      skips: [],
      problems: 0,
    },
  );
  for (const image of [index, untagged, signature]) await expectImage(APP, image);
  await expectImage(parseRepositoryName("org/deep/er/app"), first);
  const { referrers } = await hub.content.referrers.list(APP, first.digest, { limit: 10 });
  assert.deepEqual(
    referrers.map(({ digest }) => digest),
    [signature.digest],
  );
  assert.equal(
    statSync(tree.blobFile(layerOf(first))).ino,
    statSync(createTestTree(join(folder, "storage")).blobFile(layerOf(first))).ino,
  );
  const keys = await hub.content.dirtyKeys.take(100);
  assert.ok(keys.some(({ key }) => key === "org/app:v2"));
  assert.deepEqual(await importTree(), { ...nothing(), repositories: 2 });
  await expectSound();
});

test("a tree that is the hub's own storage is adopted where it lies", async () => {
  const image = await someImage("here");
  tree = createTestTree(join(folder, "storage"));
  await tree.push("org/app", image, ["v1"]);
  assert.equal((await importTree()).copied, 0);
  await expectImage(APP, image);
  assert.equal(statSync(tree.blobFile(layerOf(image))).nlink, 1);
  await expectSound();
});

test("storage elsewhere gets copies, and none of what is damaged", async () => {
  await hub.close();
  hub = await openContent({ storage: createMemoryStorage() });
  const [whole, damaged] = [await someImage("whole"), await someImage("damaged")];
  for (const [tag, image] of Object.entries({ whole, damaged })) await tree.push("org/app", image, [tag]);
  await writeFile(tree.blobFile(layerOf(damaged)), "DAMAGED");
  const report = await importTree();
  assert.equal(report.copied, 2);
  assert.deepEqual(report.skipped, { "damaged blob": 1 });
  await expectImage(APP, whole);
  assert.deepEqual(await Array.fromAsync(hub.storage.listUploads()), []);
  await expectSound();
});

test("without verification a damaged blob is taken, and found by a check", async () => {
  const image = await someImage("damaged");
  await tree.push("org/app", image, ["v1"]);
  await writeFile(tree.blobFile(layerOf(image)), "DAMAGED");
  assert.equal((await importTree({ verify: false })).problems, 0);
  assert.deepEqual(Object.keys((await hub.content.checker.check()).counts), ["blob-damaged"]);
});

test("one-part names go to the organization, unless the tree has that repository", async () => {
  const [one, two] = [await someImage("one"), await someImage("two")];
  await tree.push("app", one, ["v1"]);
  await tree.push("nginx", one, ["v1"]);
  await tree.push("library/nginx", two, ["v1"]);
  const { skips } = await importTree({ organization: "library" });
  assert.deepEqual(
    skips.map(({ what, reason }) => [what, reason]),
    [["nginx", "name not allowed"]],
  );
  await expectImage(parseRepositoryName("library/app"), one);
  await expectImage(parseRepositoryName("library/nginx"), two);
});

test("what is made is private and the owner's, unless it is to be public; what is there stays as it is", async () => {
  const image = await someImage("image");
  await hub.content.repositories.ensure(APP, { newOrganizationOwner: "alice" });
  for (const name of ["org/app", "org/new", "other/app"]) await tree.push(name, image, ["v1"]);
  await importTree();
  await tree.push("open/app", image, ["v1"]);
  await importTree({ visibility: "public" });
  const found = await hub.database.read
    .selectFrom("repositories")
    .select(["name", "visibility"])
    .orderBy("name")
    .execute();
  assert.deepEqual(
    found.map(({ name, visibility }) => [name, visibility]),
    [
      ["open/app", "public"],
      ["org/app", "public"],
      ["org/new", "private"],
      ["other/app", "private"],
    ],
  );
  const owners = await hub.database.read
    .selectFrom("organization_members")
    .select(["organization", "name"])
    .orderBy("organization")
    .execute();
  assert.deepEqual(
    owners.map((row) => `${row.organization} ${row.name}`),
    ["open admin", "org alice", "other admin"],
  );
});

test("a later import moves the tags that an import set, and none that somebody pushed", async () => {
  const [old, moved, pushed] = await Promise.all(["old", "moved", "pushed"].map(someImage));
  assert.ok(old && moved && pushed);
  await tree.push("org/app", old, ["v1", "v2"]);
  await importTree();
  await pushImage(hub.content, APP, { image: pushed, tags: [V1] });
  await tree.push("org/app", moved, ["v1", "v2"]);
  const { skips, tags } = await importTree();
  assert.deepEqual(
    skips.map(({ what, reason }) => [what, reason]),
    [["org/app:v1", "tag taken"]],
  );
  assert.equal(tags, 1);
  assert.equal((await hub.content.tags.find(APP, V1))?.digest, pushed.digest);
  assert.equal((await hub.content.tags.find(APP, parseTag("v2")))?.digest, moved.digest);
});

test("of two trees that have a tag, the one in which it was set later has its say, in whatever order they come", async () => {
  const [first, second, third] = await Promise.all(["first", "second", "third"].map(someImage));
  assert.ok(first && second && third);
  const older = createTestTree(join(folder, "older"));
  for (const [where, image, days] of [
    [older, first, 3],
    [tree, second, 1],
  ] as const) {
    await where.push("org/app", image);
    await where.setTag("org/app", "v1", image.digest, at(days));
  }
  const tagAfter = async (directory: string) => {
    assert.equal((await importTree({ directory })).problems, 0);
    const { digest, pushedAt } = (await hub.content.tags.find(APP, V1)) ?? {};
    return [digest, pushedAt];
  };
  assert.deepEqual(await tagAfter(older.root), [first.digest, at(3)]);
  for (const directory of [tree.root, older.root, tree.root]) {
    assert.deepEqual(await tagAfter(directory), [second.digest, at(1)]);
  }
  // The same image at an earlier time makes the tag no older.
  await older.push("org/app", second);
  await older.setTag("org/app", "v1", second.digest, at(2));
  assert.deepEqual(await tagAfter(older.root), [second.digest, at(1)]);
  await older.push("org/app", third);
  await older.setTag("org/app", "v1", third.digest, at(0));
  assert.deepEqual(await tagAfter(older.root), [third.digest, at(0)]);
  await expectImage(APP, third);
  await expectSound();
});

test("tags keep the times at which they were set, and latest stands for the newest", async () => {
  const times = { old: 3, newest: 1, older: 2 };
  for (const [tag, days] of Object.entries(times)) {
    const image = await someImage(tag);
    await tree.push("org/app", image);
    await tree.setTag("org/app", tag, image.digest, at(days));
  }
  await importTree();
  const tags = await hub.content.tags.newest(APP, 10);
  assert.deepEqual(
    tags.map(({ name, pushedAt }) => [name, pushedAt]),
    [
      ["newest", at(1)],
      ["older", at(2)],
      ["old", at(3)],
    ],
  );
  assert.equal((await hub.content.tags.find(APP, parseTag("latest")))?.aliasOf, "newest");
  await expectSound();
});

test("an image or index that gives something another size than it has is taken, and said once", async () => {
  const [child, other] = [await someImage("child"), await someImage("other")];
  const index = buildIndex([{ image: child, size: 7 }, { image: other }]);
  await tree.push("org/app", index, ["v1", "v2"]);
  const layer = { mediaType: "text/plain", digest: layerOf(other), size: 8 };
  const wrong = await buildImage({ manifest: { layers: [layer] } });
  await tree.push("org/app", wrong, ["wrong"]);
  const report = await importTree();
  assert.deepEqual([report.noted, report.skipped, report.problems], [{ "wrong size": 2 }, {}, 0]);
  const byWhat = Object.fromEntries(report.skips.map(({ what, why }) => [what, why]));
  assert.match(byWhat[`org/app@${index.digest}`] ?? "", new RegExp(`${child.digest} has 7 bytes, expected`));
  assert.match(
    byWhat[`org/app@${wrong.digest}`] ?? "",
    new RegExp(`${layer.digest} has 8 bytes, expected 5`),
  );
  for (const image of [child, other, index, wrong]) await expectImage(APP, image);
  assert.deepEqual(await hub.content.tags.list(APP, { limit: 9 }), ["latest", "v1", "v2", "wrong"]);
});

test("an index whose child the tree lacks is taken as sparse, refused where none may be", async () => {
  const [here, gone] = [await someImage("here"), await someImage("gone")];
  const index = buildIndex([{ image: here }, { image: gone }]);
  await tree.push("org/app", index, ["v1"]);
  await tree.unlink("org/app", "_manifests/revisions", gone.digest);
  const report = await importTree();
  assert.deepEqual([report.noted, report.skipped, report.problems], [{ "missing child": 1 }, {}, 0]);
  await expectImage(APP, here);
  await hub.close();
  hub = await openContent({ storageUrl: `file:${join(folder, "storage")}`, sparseManifests: "none" });
  const strict = await importTree();
  assert.equal(strict.skipped["manifest refused"], 1);
  await expectImage(APP, here);
});

test("an image that lacks a blob is taken where images may be sparse", async () => {
  await hub.close();
  hub = await openContent({ storageUrl: `file:${join(folder, "storage")}`, sparseManifests: "all" });
  const image = await someImage("sparse");
  await tree.push("org/app", image, ["v1"]);
  await rm(tree.blobFile(layerOf(image)));
  const report = await importTree();
  assert.deepEqual([report.tags, report.skipped], [1, { "missing blob": 1 }]);
});

test("an aborted import ends with the signal's reason, and a second run goes on", async () => {
  const images = await Promise.all(Array.from({ length: 20 }, (_, number) => someImage(`image ${number}`)));
  for (const [number, image] of images.entries()) await tree.push("org/app", image, [`v${number}`]);
  const abort = new AbortController();
  const reason = new Error("enough");
  const write = hub.database.write.bind(hub.database);
  let writes = 0;
  hub.database.write = (work, options) => {
    writes += 1;
    if (writes === 30) abort.abort(reason);
    return write(work, options);
  };
  await assert.rejects(importTree({ signal: abort.signal }), reason);
  const { tags } = await importTree();
  assert.ok(tags > 0 && tags < images.length, `${tags} tags were left`);
  for (const image of images) await expectImage(APP, image);
  await expectSound();
});

const ADMINISTRATOR = {
  name: "admin",
  password_hash: "",
  administrator: 1,
  disabled: 0,
  display_name: "",
  created_at: 0,
};

interface TestContent {
  content: Content;
  database: Database;
  storage: BlobStorage;
  close(): Promise<void>;
}

async function openContent({
  storageUrl,
  storage: given,
  sparseManifests = "indexes",
}: {
  storageUrl?: string;
  storage?: BlobStorage;
  sparseManifests?: SparseManifests;
}): Promise<TestContent> {
  await mkdir(join(folder, "registry"), { recursive: true });
  const storage = given ?? (await openBlobStorage(storageUrl ?? ""));
  const opened = await openSqlite(join(await mkdtemp(join(folder, "database-")), "hub.db"), {
    syncFile: () => Promise.resolve(),
  });
  await opened.write((transaction) => transaction.insertInto("users").values(ADMINISTRATOR).execute());
  const database = { ...opened };
  // Hands each call to whatever the test has put in its place.
  const content = createContent({
    database: { ...opened, write: (work, options) => database.write(work, options) },
    storage,
    ...(storageUrl !== undefined && { storageUrl }),
    sparseManifests,
  });
  let isClosed = false;
  return {
    content,
    database,
    storage,
    async close() {
      if (isClosed) return;
      isClosed = true;
      await content.close();
      await opened.close();
      await storage.close();
    },
  };
}

function importTree(options: Partial<ImportOptions> = {}): Promise<ImportReport> {
  return hub.content.importer.importTree({ directory: tree.root, owner: "admin", ...options });
}

async function expectImage(repository: typeof APP, image: TestImage): Promise<void> {
  const found = await hub.content.manifests.find(repository, { digest: image.digest });
  assert.deepEqual(found && Buffer.from(found.bytes), Buffer.from(image.manifest));
  for (const [digest, bytes] of image.blobs) {
    assert.equal(await hub.content.blobs.stat(repository, digest), bytes.length);
    const read = await (await hub.content.blobs.read(digest)).toArray();
    assert.equal(digestOf(Buffer.concat(read)), digest);
  }
  for (const child of image.children) await expectImage(repository, child);
}

async function expectSound(): Promise<void> {
  assert.equal((await hub.content.checker.check()).problems, 0);
}

function nothing(): ImportReport {
  return {
    repositories: 0,
    tags: 0,
    manifests: 0,
    blobs: 0,
    bytes: 0,
    copied: 0,
    skipped: {},
    noted: {},
    skips: [],
    problems: 0,
  };
}

function someImage(text: string): Promise<TestImage> {
  return buildImage({ layers: [{ bytes: Buffer.from(text) }] });
}

function at(days: number): Date {
  return new Date(Date.UTC(2026, 0, 31 - days));
}

function layerOf(image: TestImage): Digest {
  const layer = [...image.blobs.keys()].at(-1);
  assert.ok(layer);
  return layer;
}
