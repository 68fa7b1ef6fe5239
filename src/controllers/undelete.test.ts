import assert from "node:assert/strict";
import { test } from "node:test";
import { parseImageName, type RepositoryName } from "../oci/reference.ts";
import { newResource, type Repository } from "../resources/kinds.ts";
import type { ObjectMeta } from "../resources/metadata.ts";
import { eventually, names, openTestHub, type TestHub } from "../../test/controllers-hub.ts";

const APP = "labring/mysql" as RepositoryName;
const DOCS = "# What its users say\n".repeat(100);
const WORDS = { detail: { docs: DOCS, description: "said", keywords: ["kept"] }, type: "own" };
const MARKS = { labels: { team: "a" }, annotations: { "example.com/note": "n" } };
const SETTINGS = {
  visibility: "private",
  description: "said",
  keywords: ["kept"],
  immutableTags: ["v*"],
} as const;

test("an Image comes back with what users said of it, its labels and annotations", async () => {
  await using hub = await openTestHub();
  await hub.push("labring/mysql:1");
  await say(hub, "labring.mysql.1", WORDS);
  const before = await hub.store.get("Image", "labring.mysql.1");
  await deleteTag(hub, "labring/mysql:1");
  assert.deepEqual(await names(hub), ["Organization labring"]);
  await undelete(hub);
  const { metadata, spec, status } = await hub.store.get("Image", "labring.mysql.1");
  assert.deepEqual(spec, before.spec);
  assert.deepEqual(
    [metadata.labels, metadata.annotations],
    [before.metadata.labels, before.metadata.annotations],
  );
  assert.deepEqual(status?.detail, before.status?.detail);
  assert.notEqual(metadata.uid, before.metadata.uid, "it is another resource all the same");
});

test("an Image that is pushed anew has none of what was said of the one that was deleted", async () => {
  await using hub = await openTestHub();
  await hub.push("labring/mysql:1");
  await say(hub, "labring.mysql.1", WORDS);
  await deleteTag(hub, "labring/mysql:1");
  await hub.push("labring/mysql:1");
  await hub.controllers.idle();
  const { metadata, spec } = await hub.store.get("Image", "labring.mysql.1");
  assert.deepEqual(spec, { name: "labring/mysql:1" });
  assert.equal(metadata.labels?.["team"], undefined);
});

test("an Image whose words were taken back before its last deletion comes back without", async () => {
  await using hub = await openTestHub();
  await hub.push("labring/mysql:1");
  await say(hub, "labring.mysql.1", WORDS);
  await deleteTag(hub, "labring/mysql:1");
  await undelete(hub);
  const { metadata, ...image } = await hub.store.get("Image", "labring.mysql.1");
  await hub.store.update({ ...image, metadata: unmarked(metadata), spec: { name: image.spec.name } });
  await deleteTag(hub, "labring/mysql:1");
  await undelete(hub);
  assert.deepEqual((await hub.store.get("Image", "labring.mysql.1")).spec, { name: "labring/mysql:1" });
});

for (const [what, made] of [
  ["a push made", false],
  ["a user made", true],
] as const) {
  test(`a Repository that ${what} comes back as private, with its immutable tags and words, and stays`, async () => {
    await using hub = await openTestHub();
    if (made) await hub.store.create(newResource("Repository", "labring.mysql", { spec: { name: APP } }));
    await hub.push("labring/mysql:1");
    const before = await set(hub);
    await deleteRepository(hub);
    assert.deepEqual(await names(hub), ["Organization labring"]);
    await undelete(hub);
    const { metadata, spec, ...rest } = await hub.store.get("Repository", "labring.mysql");
    assert.deepEqual(spec, before.spec);
    assert.deepEqual(
      [metadata.labels, metadata.annotations],
      [before.metadata.labels, before.metadata.annotations],
    );
    const record = await hub.content.repositories.find(APP);
    assert.deepEqual([record?.visibility, record?.immutableTags], ["private", ["v*"]]);
    assert.equal((await hub.store.get("Image", "labring.mysql.1")).status?.visibility, "private");

    // What is cleared afterwards stays cleared.
    await hub.store.update({ ...rest, spec: { name: APP }, metadata: unmarked(metadata) });
    await hub.restart();
    await hub.push("labring/mysql:2");
    await hub.controllers.idle();
    assert.deepEqual((await hub.store.get("Repository", "labring.mysql")).spec, { name: APP });
  });
}

test("a Repository that a push made anew is no less private, and gets the words when its tags are undeleted", async () => {
  await using hub = await openTestHub();
  await hub.push("labring/mysql:1");
  const before = await set(hub);
  await deleteRepository(hub);
  await hub.push("labring/mysql:2");
  await hub.controllers.idle();
  const anew = await hub.store.get("Repository", "labring.mysql");
  assert.deepEqual(anew.spec, { name: APP, visibility: "private" });
  await undelete(hub);
  assert.deepEqual((await hub.store.get("Repository", "labring.mysql")).spec, before.spec);
});

test("a Repository that a user made anew keeps what it says", async () => {
  await using hub = await openTestHub();
  await hub.push("labring/mysql:1");
  await set(hub);
  await deleteRepository(hub);
  const spec = { name: APP, visibility: "private", description: "anew" } as const;
  await hub.store.create(newResource("Repository", "labring.mysql", { spec }));
  await undelete(hub);
  assert.deepEqual((await hub.store.get("Repository", "labring.mysql")).spec, spec);
});

for (const [said, row] of [
  ["private", "public"],
  ["public", "private"],
] as const) {
  test(`a Repository that was ${said} and whose row says ${row} is private when it is back`, async () => {
    await using hub = await openTestHub();
    await hub.push("labring/mysql:1");
    await set(hub, { ...SETTINGS, visibility: said });
    await deleteRepository(hub);
    await hub.content.repositories.setPolicy(APP, { visibility: row, immutableTags: [] });
    await undelete(hub);
    const { spec } = await hub.store.get("Repository", "labring.mysql");
    assert.deepEqual([spec.visibility, spec.description], ["private", "said"]);
    assert.equal((await hub.content.repositories.find(APP))?.visibility, "private");
  });
}

/** Says what users may of an Image. */
async function say(hub: TestHub, name: string, words: object): Promise<void> {
  await hub.controllers.idle();
  const { metadata, ...image } = await hub.store.get("Image", name);
  await hub.store.update({ ...image, metadata: marked(metadata), spec: { name: image.spec.name, ...words } });
  await seen(hub, "Image", name);
}

/** Gives the Repository settings. @returns it */
async function set(hub: TestHub, settings: object = SETTINGS): Promise<Repository> {
  await hub.controllers.idle();
  const { metadata, ...repository } = await hub.store.get("Repository", "labring.mysql");
  const spec = { name: repository.spec.name, ...structuredClone(settings) } as unknown as Repository["spec"];
  await hub.store.update({ ...repository, metadata: marked(metadata), spec });
  await seen(hub, "Repository", "labring.mysql");
  return hub.store.get("Repository", "labring.mysql");
}

/** Waits until the controllers have what users said last. */
async function seen(hub: TestHub, kind: "Image" | "Repository", name: string): Promise<void> {
  await eventually(async () => {
    const { metadata, status } = await hub.store.get(kind, name);
    assert.equal(status?.observedGeneration, metadata.generation);
  });
  await hub.controllers.idle();
}

/** At whatever version it is by then. */
function marked(marking: ObjectMeta): ObjectMeta {
  const { resourceVersion: _, ...metadata } = marking;
  return {
    ...metadata,
    labels: { ...metadata.labels, ...MARKS.labels },
    annotations: { ...metadata.annotations, ...MARKS.annotations },
  };
}

function unmarked({ labels, annotations, ...metadata }: ObjectMeta): ObjectMeta {
  const { team: _, ...otherLabels } = labels ?? {};
  const { "example.com/note": __, ...otherAnnotations } = annotations ?? {};
  return { ...metadata, labels: otherLabels, annotations: otherAnnotations };
}

async function deleteTag(hub: TestHub, name: string): Promise<void> {
  const { repository, tag } = parseImageName(name);
  await hub.content.tags.delete(repository, tag, { deletedBy: "alice" });
  await hub.controllers.idle();
}

/** As its API does: the tags first. */
async function deleteRepository(hub: TestHub): Promise<void> {
  await hub.content.tags.delete(APP, "1" as never, { deletedBy: "alice" });
  await hub.store.delete("Repository", "labring.mysql");
  await hub.controllers.idle();
}

async function undelete(hub: TestHub): Promise<void> {
  for (const { id } of await hub.content.deletions.list({ repository: APP, limit: 10 }))
    await hub.content.deletions.restore(id);
  await hub.controllers.idle();
}
