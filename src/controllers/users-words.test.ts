import assert from "node:assert/strict";
import { test } from "node:test";
import { newResource } from "../resources/kinds.ts";
import {
  editSpec,
  eventually,
  findings,
  keywordsOf,
  names,
  openTestHub,
} from "../../test/controllers-hub.ts";

test("users' words win field by field, and clearing one gives it back to the image", async () => {
  await using hub = await openTestHub();
  await hub.push("labring/mysql:1", { detail: { description: "pushed", icon: "pushed", keywords: ["a"] } });
  await hub.controllers.idle();
  await editSpec(hub, "labring.mysql.1", { type: "cluster", detail: { icon: "edited", keywords: ["b"] } });
  await eventually(async () => {
    const image = await hub.store.get("Image", "labring.mysql.1");
    assert.deepEqual(image.status?.detail, { description: "pushed", icon: "edited", keywords: ["b"] });
    assert.equal(image.status?.type, "cluster");
    assert.deepEqual(keywordsOf(image), ["b"]);
    const repository = await hub.store.get("Repository", "labring.mysql");
    assert.equal(repository.status?.detail?.icon, "edited");
    assert.deepEqual(keywordsOf(repository), ["b"]);
  });

  await editSpec(hub, "labring.mysql.1", {});
  await eventually(async () => {
    const image = await hub.store.get("Image", "labring.mysql.1");
    assert.deepEqual(image.status?.detail, { description: "pushed", icon: "pushed", keywords: ["a"] });
    assert.equal(image.status?.type, "application");
    assert.deepEqual(keywordsOf(image), ["a"]);
  });
});

test("a Repository's own words win over those of the image it shows", async () => {
  await using hub = await openTestHub();
  await hub.push("labring/mysql:1", { detail: { description: "pushed", icon: "pushed" } });
  await hub.controllers.idle();
  const repository = await hub.store.get("Repository", "labring.mysql");
  await hub.store.update({
    ...repository,
    spec: { ...repository.spec, description: "own", keywords: ["own"] },
  });
  await eventually(async () => {
    const edited = await hub.store.get("Repository", "labring.mysql");
    assert.deepEqual(edited.status?.detail, { description: "own", icon: "pushed", keywords: ["own"] });
    assert.deepEqual(keywordsOf(edited), ["own"]);
  });
});

test("ID and arch are the image's, and a condition names what a user states otherwise", async () => {
  await using hub = await openTestHub();
  await hub.push("labring/mysql:1", { detail: { ID: "sha256:pushed", arch: "amd64" } });
  await hub.controllers.idle();
  await editSpec(hub, "labring.mysql.1", { detail: { ID: "stated", arch: "amd64" } });
  await eventually(async () => {
    const image = await hub.store.get("Image", "labring.mysql.1");
    assert.deepEqual(image.status?.detail, { ID: "sha256:pushed", arch: "amd64" });
    assert.equal(
      image.status?.conditions?.find(({ type }) => type === "SpecDiffers")?.message,
      'spec.detail.ID is "stated", the image has "sha256:pushed"',
    );
  });
});

test("labels of users are kept, and derived ones that a user removed come back", async () => {
  await using hub = await openTestHub();
  await hub.push("labring/mysql:1", { detail: { keywords: ["a"] } });
  await hub.controllers.idle();
  const { labels: derived } = (await hub.store.get("Image", "labring.mysql.1")).metadata;
  for (const [kind, name] of [
    ["Image", "labring.mysql.1"],
    ["Repository", "labring.mysql"],
  ] as const) {
    const resource = await hub.store.get(kind, name);
    await hub.store.update({ ...resource, metadata: { ...resource.metadata, labels: { team: "db" } } });
  }
  await eventually(async () => {
    const { metadata } = await hub.store.get("Image", "labring.mysql.1");
    assert.deepEqual(metadata.labels, { team: "db", ...derived });
    const repository = await hub.store.get("Repository", "labring.mysql");
    assert.equal(repository.metadata.labels?.["team"], "db");
    assert.deepEqual(keywordsOf(repository), ["a"]);
  });
});

test("an Image applied for nothing pushed shows its spec, says so, and has a Repository", async () => {
  await using hub = await openTestHub();
  const detail = { docs: "MySQL docs", keywords: ["mysql"], ID: "MySQL ID", arch: "MySQL arch" };
  await hub.store.create(
    newResource("Image", "labring.mysql.v8", { spec: { name: "labring/mysql:v8", detail } }),
  );
  await eventually(async () => {
    const image = await hub.store.get("Image", "labring.mysql.v8");
    assert.deepEqual(image.status?.detail, detail);
    assert.deepEqual(findings(image), ["Ready: MetadataOnly", "ContentMissing: NeverPushed"]);
    assert.deepEqual(keywordsOf(image), ["mysql"]);
    const repository = await hub.store.get("Repository", "labring.mysql");
    assert.equal(repository.status?.latestTag, "v8");
    assert.equal(repository.status?.tagCount, 0);
    assert.deepEqual(repository.spec, { name: "labring/mysql", visibility: "public" });
  });

  await hub.push("labring/mysql:v8", { detail: { docs: "pushed", url: "pushed", ID: "sha256:pushed" } });
  await hub.controllers.idle();
  const pushed = await hub.store.get("Image", "labring.mysql.v8");
  assert.deepEqual(pushed.status?.detail, { ...detail, url: "pushed", ID: "sha256:pushed" });
  assert.deepEqual(findings(pushed), ["Ready: Inspected", "SpecDiffers: FactsOfImageShown"]);

  await hub.deleteTag("labring/mysql:v8");
  await hub.controllers.idle();
  assert.deepEqual(await names(hub), ["Organization labring"]);
});
