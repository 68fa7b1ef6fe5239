import assert from "node:assert/strict";
import { test } from "node:test";
import { editSpec, eventually, names, openTestHub, type TestHub } from "../../test/controllers-hub.ts";
import { newResource } from "../resources/kinds.ts";

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

test("an artifact pushed as latest is not what its Repository shows", async () => {
  await using hub = await openTestHub();
  await hub.store.create(
    newResource("Image", "org.app.v1", { spec: { name: "org/app:v1", detail: { description: "words" } } }),
  );
  await eventually(async () =>
    assert.equal((await hub.store.get("Repository", "org.app")).status?.latestTag, "v1"),
  );
  await hub.push("org/app:latest", { artifactType: "application/vnd.test" });
  await hub.controllers.idle();
  assert.equal((await hub.store.get("Repository", "org.app")).status?.latestTag, "v1");
  await hub.store.delete("Image", "org.app.v1");
  await eventually(async () => assert.deepEqual(await names(hub), ["Organization org"]));
});
