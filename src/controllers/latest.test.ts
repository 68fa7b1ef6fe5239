import assert from "node:assert/strict";
import { test } from "node:test";
import { editSpec, eventually, openTestHub, type TestHub } from "../../test/controllers-hub.ts";

test("latest stands for the image pushed last until somebody pushes it, and then again", async () => {
  await using hub = await openTestHub();
  await hub.push("labring/mysql:1", { detail: { description: "one" } });
  await hub.push("labring/mysql:2", { detail: { description: "two" } });
  await hub.controllers.idle();
  assert.deepEqual(await latest(hub), { aliasOf: "2", description: "two", latestTag: "2", shown: "two" });

  await hub.push("labring/mysql:latest", { detail: { description: "own" } });
  await hub.push("labring/mysql:3", { detail: { description: "three" } });
  await hub.controllers.idle();
  assert.deepEqual(await latest(hub), {
    aliasOf: undefined,
    description: "own",
    latestTag: "latest",
    shown: "own",
  });

  await hub.deleteTag("labring/mysql:latest");
  await hub.controllers.idle();
  assert.deepEqual(await latest(hub), { aliasOf: "3", description: "three", latestTag: "3", shown: "three" });
});

test("the latest that the hub gives shows the words of the Image it stands for, under its own", async () => {
  await using hub = await openTestHub();
  await hub.push("labring/mysql:1", { detail: { description: "pushed", url: "pushed" } });
  await hub.controllers.idle();
  await editSpec(hub, "labring.mysql.1", { detail: { description: "of 1", icon: "of 1" } });
  await eventually(async () => {
    const { status } = await hub.store.get("Image", "labring.mysql.latest");
    assert.deepEqual(status?.detail, { description: "of 1", icon: "of 1", url: "pushed" });
  });
  await editSpec(hub, "labring.mysql.latest", { detail: { icon: "of latest" } });
  await eventually(async () => {
    const { status } = await hub.store.get("Image", "labring.mysql.latest");
    assert.deepEqual(status?.detail, { description: "of 1", icon: "of latest", url: "pushed" });
  });
});

async function latest(hub: TestHub) {
  const image = await hub.store.get("Image", "labring.mysql.latest");
  const repository = await hub.store.get("Repository", "labring.mysql");
  return {
    aliasOf: image.status?.aliasOf,
    description: image.status?.detail?.description,
    latestTag: repository.status?.latestTag,
    shown: repository.status?.detail?.description,
  };
}
