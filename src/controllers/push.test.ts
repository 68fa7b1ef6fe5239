import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRepositoryName } from "../oci/reference.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import {
  eventually,
  findings,
  names,
  openTestHub,
  resources,
  type TestHub,
} from "../../test/controllers-hub.ts";

const MYSQL = parseRepositoryName("labring/mysql");

test("a push makes an Organization owned by the pusher, a Repository and an Image", async () => {
  await using hub = await openTestHub();
  const detail = { docs: "# MySQL", keywords: ["MySQL", "database"], description: "A database" };
  await hub.push("labring/mysql:v8", { by: "alice", detail });
  await hub.controllers.idle();

  const organization = await hub.store.get("Organization", "labring");
  assert.deepEqual(organization.spec.members, [{ kind: "User", name: "alice", role: "owner" }]);

  const image = await hub.store.get("Image", "labring.mysql.v8");
  assert.deepEqual(image.spec, { name: "labring/mysql:v8" });
  assert.deepEqual(image.status?.detail, detail);
  assert.equal(image.status?.digest, (await hub.content.tags.newest(MYSQL, 1))[0]?.digest);
  assert.equal(image.status?.type, "application");
  assert.equal(image.status?.size, 11);
  assert.equal(image.status?.createdAt, "2025-12-31T00:00:00Z");
  assert.equal(image.status?.pushedAt, "2026-01-01T00:00:01Z");
  assert.equal(image.status?.pushedBy, "alice");
  assert.equal(image.status?.aliasOf, undefined);
  assert.deepEqual(findings(image), ["Ready: Inspected"]);
  assert.deepEqual(image.metadata.labels, {
    "imagehub.sealos.io/organization": "labring",
    "imagehub.sealos.io/repository": "mysql",
    "imagehub.sealos.io/tag": "v8",
    "keyword.imagehub.sealos.io/mysql": "",
    "keyword.imagehub.sealos.io/database": "",
  });

  const repository = await hub.store.get("Repository", "labring.mysql");
  assert.deepEqual(repository.spec, { name: "labring/mysql", visibility: "public" });
  const { docs: _, ...shown } = detail;
  assert.deepEqual(repository.status?.detail, shown);
  assert.equal(repository.status?.tagCount, 1);
  assert.deepEqual(repository.status?.tags, [
    { name: "v8", digest: image.status?.digest, size: 11, pushedAt: "2026-01-01T00:00:01Z" },
  ]);
  assert.equal(repository.status?.latestTag, "v8");
  assert.equal(repository.status?.updatedAt, "2026-01-01T00:00:01Z");
  assert.deepEqual(repository.metadata.labels, {
    "imagehub.sealos.io/organization": "labring",
    "imagehub.sealos.io/repository": "mysql",
    "keyword.imagehub.sealos.io/mysql": "",
    "keyword.imagehub.sealos.io/database": "",
  });
});

test("an Organization counts its repositories, the newest first", async () => {
  await using hub = await openTestHub();
  await hub.push("labring/mysql:1");
  await hub.push("labring/redis:1");
  await hub.push("other/redis:1");
  await eventually(async () => {
    const { status } = await hub.store.get("Organization", "labring");
    assert.equal(status?.repositoryCount, 2);
    assert.deepEqual(status?.repositories?.toSorted(), ["labring/mysql", "labring/redis"]);
  });
});

test("the owner of an organization is who made it, not who pushed the image that is reconciled first", async () => {
  await using hub = await openTestHub();
  await hub.controllers.stop();
  await hub.push("labring/mysql:1", { by: "alice" });
  await hub.push("labring/mysql:1", { by: "admin" });
  await hub.restart();
  await hub.controllers.idle();
  assert.deepEqual((await hub.store.get("Organization", "labring")).spec.members, [
    { kind: "User", name: "alice", role: "owner" },
  ]);
});

test("artifacts make neither Image nor Repository", async () => {
  await using hub = await openTestHub();
  await hub.push("labring/mysql:sbom", { artifactType: "application/spdx+json" });
  await hub.controllers.idle();
  assert.deepEqual(await names(hub), []);
});

test("a push reads no Image of another tag, however many there are", async () => {
  await using hub = await openTestHub();
  for (const tag of ["1", "2", "3"]) await hub.push(`labring/mysql:${tag}`, { detail: { url: tag } });
  await hub.controllers.idle();
  const read: string[] = [];
  const get: ResourceStore["get"] = (kind, name) => {
    if (kind === "Image") read.push(name);
    return hub.store.get(kind, name);
  };
  await hub.restart({ store: { ...hub.store, get } });
  await hub.push("labring/mysql:4", { detail: { url: "4" } });
  await hub.controllers.idle();
  assert.deepEqual(new Set(read), new Set(["labring.mysql.4", "labring.mysql.latest"]));
});

test("a tag has the size that its image has now, as an index whose parts came or went", async () => {
  await using hub = await openTestHub();
  await hub.push("labring/mysql:1");
  await hub.controllers.idle();
  hub.inspector.overlay = { sizeBytes: 22 };
  await hub.content.dirtyKeys.touch([{ kind: "image", key: "labring/mysql:1" }]);
  await hub.controllers.idle();
  const { status } = await hub.store.get("Repository", "labring.mysql");
  assert.deepEqual(
    status?.tags?.map(({ size }) => size),
    [22],
  );
});

test("what nobody changed is not written again", async () => {
  await using hub = await openTestHub();
  await hub.push("labring/mysql:1");
  await hub.controllers.idle();
  await eventually(async () => {
    assert.equal((await hub.store.get("Organization", "labring")).status?.repositoryCount, 1);
  });
  const before = await versions(hub);
  await hub.content.dirtyKeys.touch([
    { kind: "image", key: "labring/mysql:1" },
    { kind: "organization", key: "labring" },
  ]);
  await hub.controllers.idle();
  assert.deepEqual(await versions(hub), before);
});

async function versions(hub: TestHub): Promise<(string | undefined)[]> {
  return (await resources(hub)).map(({ metadata }) => metadata.resourceVersion);
}
