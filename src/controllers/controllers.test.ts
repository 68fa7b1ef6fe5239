import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRepositoryName } from "../oci/reference.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import { newResource, type Image, type Kind, type Resource } from "../resources/kinds.ts";
import { draftOfPush } from "./derived.ts";
import { eventually, openTestHub, type TestHub } from "../../test/controllers-hub.ts";

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

test("artifacts make neither Image nor Repository", async () => {
  await using hub = await openTestHub();
  await hub.push("labring/mysql:sbom", { artifactType: "application/spdx+json" });
  await hub.controllers.idle();
  assert.deepEqual(await names(hub), []);
});

test("tags that name one manifest are inspected once", async () => {
  await using hub = await openTestHub();
  for (const tag of ["1", "1.2", "1.2.3"]) await hub.push(`labring/mysql:${tag}`);
  await hub.controllers.idle();
  assert.equal(hub.inspector.inspected.length, 1);
});

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

test("visibility and immutable tags of a Repository are where pushes look for them, before the first push", async () => {
  await using hub = await openTestHub();
  await hub.store.create(
    newResource("Repository", "labring.mysql", {
      spec: { name: "labring/mysql", visibility: "private", immutableTags: ["v*"] },
    }),
  );
  await eventually(async () => {
    const record = await hub.content.repositories.find(MYSQL);
    assert.deepEqual([record?.visibility, record?.immutableTags], ["private", ["v*"]]);
  });
  const repository = await hub.store.get("Repository", "labring.mysql");
  await hub.store.update({ ...repository, spec: { name: "labring/mysql", visibility: "public" } });
  await eventually(async () => {
    const record = await hub.content.repositories.find(MYSQL);
    assert.deepEqual([record?.visibility, record?.immutableTags], ["public", []]);
  });
});

test("members and default visibility of an Organization are where pushes look for them", async () => {
  await using hub = await openTestHub();
  await hub.push("labring/mysql:1", { by: "alice" });
  await hub.controllers.idle();
  const organization = await hub.store.get("Organization", "labring");
  const members = [{ kind: "User", name: "bob", role: "owner" }] as const;
  await hub.store.update({ ...organization, spec: { defaultVisibility: "private", members: [...members] } });
  await eventually(async () => {
    assert.deepEqual(await hub.policies.find("labring"), { defaultVisibility: "private", members });
  });
  await hub.push("labring/redis:1");
  await hub.controllers.idle();
  assert.equal((await hub.store.get("Repository", "labring.redis")).spec.visibility, "private");
});

test("an image that cannot be read is shown, with the reason, and its warnings", async () => {
  await using hub = await openTestHub();
  hub.inspector.overlay = {
    unavailable: { reason: "LayerCorrupt", message: "layer 3 ends early" },
    warnings: [{ reason: "FrontMatterInvalid", message: "line 2" }],
  };
  await hub.push("labring/mysql:1");
  await hub.controllers.idle();
  assert.deepEqual(findings(await hub.store.get("Image", "labring.mysql.1")), [
    "Ready: Inspected",
    "DetailUnavailable: LayerCorrupt",
    "FrontMatterInvalid: FrontMatterInvalid",
  ]);
});

test("an image whose inspection breaks down is shown without its words, and inspected again", async () => {
  await using hub = await openTestHub();
  let isAway = true;
  const { inspector } = hub;
  await hub.restart({
    inspector: {
      async inspect(...call) {
        if (isAway) throw new Error("storage is away");
        return inspector.inspect(...call);
      },
    },
  });
  await hub.push("labring/mysql:1", { detail: { description: "pushed" } });
  await eventually(async () => {
    const image = await hub.store.get("Image", "labring.mysql.1");
    assert.deepEqual(findings(image), ["Ready: Inspected", "DetailUnavailable: InspectionFailed"]);
    assert.equal((await hub.store.get("Repository", "labring.mysql")).status?.latestTag, "1");
  });
  isAway = false;
  await hub.controllers.idle();
  const image = await hub.store.get("Image", "labring.mysql.1");
  assert.deepEqual(findings(image), ["Ready: Inspected"]);
  assert.deepEqual(image.status?.detail, { description: "pushed" });
});

test("a resource whose spec.name is not legal stands in nobody's way", async () => {
  await using hub = await openTestHub();
  await hub.store.create(newResource("Image", "bad", { spec: { name: "NOT A NAME" } }));
  await hub.store.create(newResource("Repository", "bad", { spec: { name: "NOT A NAME" } }));
  await hub.store.create(
    newResource("Image", "labring.mysql.1", { spec: { name: "labring/mysql:1", detail: { url: "x" } } }),
  );
  await eventually(async () => {
    assert.equal((await hub.store.get("Image", "labring.mysql.1")).status?.detail?.url, "x");
    assert.equal((await hub.store.get("Repository", "labring.mysql")).status?.latestTag, "1");
  });
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

test("an Image that a push began to make goes with its tag", async () => {
  await using hub = await openTestHub();
  await hub.store.create(draftOfPush("Image", "labring.mysql.1", { name: "labring/mysql:1" }));
  await eventually(async () => assert.deepEqual(await names(hub), []));
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

function findings({ status }: Image): string[] {
  return (status?.conditions ?? []).map(({ type, reason }) => `${type}: ${reason}`);
}

function keywordsOf({ metadata }: { metadata: Image["metadata"] }): string[] {
  return Object.keys(metadata.labels ?? {}).flatMap(
    (key) => key.split("keyword.imagehub.sealos.io/")[1] ?? [],
  );
}

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

async function names(hub: TestHub): Promise<string[]> {
  return (await resources(hub)).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
}

async function versions(hub: TestHub): Promise<(string | undefined)[]> {
  return (await resources(hub)).map(({ metadata }) => metadata.resourceVersion);
}

async function resources({ store }: TestHub): Promise<Resource<Kind>[]> {
  const kinds = ["Image", "Organization", "Repository"] as const;
  return (await Promise.all(kinds.map(async (kind) => (await store.list(kind)).items))).flat();
}

/** Changes what a user says in an Image, as often as the controllers are faster. */
async function editSpec(hub: TestHub, name: string, spec: Partial<Image["spec"]>): Promise<void> {
  const image = await hub.store.get("Image", name);
  const { resourceVersion: _, ...metadata } = image.metadata;
  await hub.store.update({ ...image, metadata, spec: { name: image.spec.name, ...spec } });
}
