import assert from "node:assert/strict";
import { test } from "node:test";
import { newResource } from "../resources/kinds.ts";
import { editSpec, eventually, names, openTestHub } from "../../test/controllers-hub.ts";
import { draftOfPush } from "./derived.ts";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

test("deleting a tag deletes its Image whatever users said in it; the last one takes the Repository", async () => {
  await using hub = await openTestHub();
  await hub.push("labring/mysql:1");
  await hub.push("labring/mysql:2");
  await hub.controllers.idle();
  await editSpec(hub, "labring.mysql.2", { detail: { description: "edited" } });
  await hub.deleteTag("labring/mysql:2");
  await hub.controllers.idle();
  assert.deepEqual(await names(hub), [
    "Image labring.mysql.1",
    "Image labring.mysql.latest",
    "Organization labring",
    "Repository labring.mysql",
  ]);
  await hub.deleteTag("labring/mysql:1");
  await hub.controllers.idle();
  assert.deepEqual(await names(hub), ["Organization labring"]);
  await eventually(async () => {
    assert.equal((await hub.store.get("Organization", "labring")).status?.repositoryCount, 0);
  });
});

for (const settings of [
  { visibility: "private" },
  { description: "own" },
  { keywords: ["own"] },
  { icon: "own" },
  { immutableTags: ["v*"] },
] as const) {
  test(`a Repository with ${Object.keys(settings).join()} stays when its last tag is deleted`, async () => {
    await using hub = await openTestHub();
    await hub.push("labring/mysql:1");
    await hub.controllers.idle();
    const repository = await hub.store.get("Repository", "labring.mysql");
    const spec = { ...repository.spec, ...structuredClone(settings) } as typeof repository.spec;
    await hub.store.update({ ...repository, spec });
    await hub.deleteTag("labring/mysql:1");
    await hub.controllers.idle();
    assert.deepEqual(await names(hub), ["Organization labring", "Repository labring.mysql"]);
    const { status } = await hub.store.get("Repository", "labring.mysql");
    assert.deepEqual([status?.tagCount, status?.tags, status?.latestTag], [0, [], undefined]);
  });
}

for (const [words, stays] of [
  [{ labels: { team: "a" } }, true],
  [{ annotations: { "example.com/note": "a" } }, true],
  [{ labels: { "imagehub.sealos.io/repository": "mysql" } }, false],
  [{ annotations: { [LAST_APPLIED]: "{}" } }, false],
] as const) {
  const does = stays ? "stays" : "goes";
  test(`a Repository with ${JSON.stringify(words)} ${does} when its last tag is deleted`, async () => {
    await using hub = await openTestHub();
    await hub.push("labring/mysql:1");
    await hub.controllers.idle();
    const { metadata, ...repository } = await hub.store.get("Repository", "labring.mysql");
    const labels = { ...metadata.labels, ...("labels" in words && words.labels) };
    const annotations = { ...metadata.annotations, ...("annotations" in words && words.annotations) };
    await hub.store.update({ ...repository, metadata: { ...metadata, labels, annotations } });
    await hub.deleteTag("labring/mysql:1");
    await hub.controllers.idle();
    const left = stays ? ["Repository labring.mysql"] : [];
    assert.deepEqual(await names(hub), ["Organization labring", ...left]);
  });
}

test("a private Repository that is deleted does not come back because of Images that are yet to go", async () => {
  await using hub = await openTestHub();
  await hub.push("labring/mysql:1");
  await hub.controllers.idle();
  const repository = await hub.store.get("Repository", "labring.mysql");
  await hub.store.update({ ...repository, spec: { ...repository.spec, visibility: "private" } });
  await eventually(async () => {
    const { status } = await hub.store.get("Image", "labring.mysql.1");
    assert.equal(status?.visibility, "private");
  });
  await hub.controllers.idle();
  await hub.deleteTag("labring/mysql:1");
  await hub.store.delete("Repository", "labring.mysql");
  await eventually(async () => assert.deepEqual(await names(hub), ["Organization labring"]));
});

test("a Repository without patterns in its immutableTags goes when its last tag is deleted", async () => {
  await using hub = await openTestHub();
  await hub.push("labring/mysql:1");
  await hub.controllers.idle();
  const repository = await hub.store.get("Repository", "labring.mysql");
  await hub.store.update({ ...repository, spec: { ...repository.spec, immutableTags: [] } });
  await hub.deleteTag("labring/mysql:1");
  await hub.controllers.idle();
  assert.deepEqual(await names(hub), ["Organization labring"]);
});

test("a Repository that a user made stays though it is empty", async () => {
  await using hub = await openTestHub();
  await hub.store.create(newResource("Repository", "labring.mysql", { spec: { name: "labring/mysql" } }));
  await eventually(async () => {
    const { status } = await hub.store.get("Repository", "labring.mysql");
    assert.equal(status?.conditions?.[0]?.reason, "Empty");
  });
  await hub.push("labring/mysql:1");
  await hub.controllers.idle();
  await hub.deleteTag("labring/mysql:1");
  await hub.controllers.idle();
  assert.deepEqual(await names(hub), ["Organization labring", "Repository labring.mysql"]);
});

test("an Image that a push began to make goes with its tag", async () => {
  await using hub = await openTestHub();
  await hub.store.create(draftOfPush("Image", "labring.mysql.1", { name: "labring/mysql:1" }));
  await eventually(async () => assert.deepEqual(await names(hub), []));
});
