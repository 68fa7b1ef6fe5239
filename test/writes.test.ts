import assert from "node:assert/strict";
import { after, test } from "node:test";
import { eventually } from "./controllers-hub.ts";
import { buildImage } from "./image-builder.ts";
import { makePrivate } from "./make-private.ts";
import { pushImage } from "./registry-client.ts";
import { basic, startTestHub } from "./start-hub.ts";

const API = "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub";
const PASSWORD = "correct horse battery";
const MERGE = "application/merge-patch+json";
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

const hub = await startTestHub();
after(() => hub.stop());
const { content, controllers } = hub.context;
for (const name of ["alice", "bob"]) {
  await hub.context.accounts.register({ name, password: PASSWORD });
}
const alice = basic("alice", PASSWORD);
const bob = basic("bob", PASSWORD);
const image = await buildImage();

interface Answer {
  status: number;
  text: string;
  json: {
    message?: string;
    metadata: {
      name: string;
      resourceVersion: string;
      deletionTimestamp?: string;
      annotations?: Record<string, string>;
      labels?: Record<string, string>;
    };
    spec: Record<string, unknown>;
    items: Answer["json"][];
  };
}

test("an Image with a finalizer keeps its content until that is gone, and then goes for good", async () => {
  await push("alice/kept", "v1");
  const path = `${API}/images/alice.kept.v1`;
  await patch(path, { metadata: { finalizers: ["example.com/mine"] } });
  const deleted = await ask("DELETE", path, { by: alice });
  assert.ok(deleted.json.metadata.deletionTimestamp);
  await controllers.idle();
  assert.equal((await ask("GET", path, {})).status, 200);
  assert.equal(await tagCount("alice/kept"), 1);
  await patch(path, { metadata: { finalizers: null } });
  assert.equal(await tagCount("alice/kept"), 0);
  await controllers.idle();
  assert.equal((await ask("GET", path, {})).status, 404);
});

test("a Repository whose immutableTags may hold tags is not deleted, and keeps all of them", async () => {
  await push("alice/held", "v1");
  await push("alice/held", "nightly");
  const path = `${API}/repositories/alice.held`;
  await patch(path, { spec: { immutableTags: ["v*"] } });
  await controllers.idle();
  const refused = await ask("DELETE", path, { by: alice });
  assert.equal(refused.status, 409, refused.text);
  assert.match(refused.json.message ?? "", /immutableTags \["v\*"\] may hold tags of it; clear them first/);
  assert.equal(await tagCount("alice/held"), 2);
  await patch(path, { spec: { immutableTags: [] } });
  assert.equal((await ask("DELETE", path, { by: alice })).status, 200);
  assert.equal(await tagCount("alice/held"), 0);
  await controllers.idle();
  assert.equal((await ask("GET", path, {})).status, 404);
});

test("an immutable tag that admission did not know of is a conflict, not a failure of the hub", async () => {
  await push("alice/late", "v1");
  const name = "alice/late" as Parameters<typeof content.repositories.setPolicy>[0];
  await content.repositories.setPolicy(name, { visibility: "public", immutableTags: ["v1"] });
  const refused = await ask("DELETE", `${API}/repositories/alice.late`, { by: alice });
  assert.equal(refused.status, 409, refused.text);
  assert.match(refused.json.message ?? "", /tag v1 is immutable/);
});

test("who leaves members out of a change of an Organization revokes nobody, and is shown whom", async () => {
  const path = `${API}/organizations/left-out`;
  const members = [
    { kind: "User", name: "alice", role: "owner" },
    { kind: "User", name: "bob", role: "reader" },
  ];
  const made = await ask("POST", `${API}/organizations`, {
    by: alice,
    body: organization("left-out", { displayName: "Left out", members }),
  });
  assert.equal(made.status, 201, made.text);
  await patch(path, { spec: { members: null } });
  await controllers.idle();
  assert.deepEqual((await ask("GET", path, {})).json.spec, { displayName: "Left out", members });
  const { metadata } = (await ask("GET", path, {})).json;
  const replaced = await ask("PUT", path, {
    by: alice,
    body: { ...organization("left-out", {}), metadata },
  });
  assert.deepEqual(replaced.json.spec, { members }, replaced.text);
  await controllers.idle();
  assert.deepEqual((await hub.context.policies.find("left-out"))?.members.length, 2);
});

test("nobody is locked out of an Organization by owners that are not there", async () => {
  const path = `${API}/organizations/owned`;
  const absent = [owner("User", "carol"), owner("ServiceAccount", "alice"), owner("Group", "/devs")];
  const makeWith = async (members: unknown): Promise<Answer> =>
    ask("POST", `${API}/organizations`, { by: alice, body: organization("owned", { members }) });
  for (const members of [absent, absent.slice(1), "carol", [null], [{ role: "owner" }]])
    assert.equal((await makeWith(members)).status, 422, JSON.stringify(members));
  assert.equal((await makeWith([...absent, owner("User", "bob")])).status, 201);
  const left = await ask("PATCH", path, { by: bob, body: { spec: { members: absent } }, type: MERGE });
  assert.equal(left.status, 422, left.text);
  assert.match(left.json.message ?? "", /expected an owner that is there: a User with an account/);
});

test("a change that takes spec away is invalid, whatever the kind and the way", async () => {
  await push("alice/bare", "v1");
  const remove = [{ op: "remove", path: "/spec" }];
  for (const path of ["images/alice.bare.v1", "repositories/alice.bare", "organizations/alice"]) {
    const { metadata, ...rest } = (await ask("GET", `${API}/${path}`, { by: alice })).json;
    const ways = [
      await ask("PATCH", `${API}/${path}`, { by: alice, body: { spec: null }, type: MERGE }),
      await ask("PATCH", `${API}/${path}`, { by: alice, body: remove, type: "application/json-patch+json" }),
      await ask("PUT", `${API}/${path}`, { by: alice, body: { ...rest, metadata, spec: null } }),
    ];
    for (const { status, json, text } of ways) {
      assert.equal(status, 422, `${path}: ${text}`);
      assert.match(json.message ?? "", /spec: Required value/);
    }
  }
});

test("a Repository that is deleted takes the Images with it of which nothing was pushed, and stays away", async () => {
  await make("repositories", { metadata: { name: "alice.said" }, spec: { name: "alice/said" } });
  for (const tag of ["1", "2"]) await makeImage("alice/said", tag);
  await makeImage("alice/said-too", "1");
  await push("alice/said", "pushed");
  await controllers.idle();
  assert.equal((await ask("DELETE", `${API}/repositories/alice.said`, { by: alice })).status, 200);
  assert.equal((await ask("GET", `${API}/images/alice.said.1`, {})).status, 404);
  await controllers.idle();
  for (const path of ["repositories/alice.said", "images/alice.said.2", "images/alice.said.pushed"]) {
    assert.equal((await ask("GET", `${API}/${path}`, {})).status, 404, path);
  }
  assert.equal((await ask("GET", `${API}/images/alice.said-too.1`, {})).status, 200);
});

test("an Image that a finalizer holds does not hold up the deletion of its Repository", async () => {
  await makeImage("alice/slow", "1");
  await controllers.idle();
  await patch(`${API}/images/alice.slow.1`, { metadata: { finalizers: ["example.com/mine"] } });
  await controllers.idle();
  assert.equal((await ask("DELETE", `${API}/repositories/alice.slow`, { by: alice })).status, 200);
  const { json } = await ask("GET", `${API}/images/alice.slow.1`, {});
  assert.ok(json.metadata.deletionTimestamp);
  await patch(`${API}/images/alice.slow.1`, { metadata: { finalizers: null } });
  await controllers.idle();
  for (const path of ["repositories/alice.slow", "images/alice.slow.1"]) {
    assert.equal((await ask("GET", `${API}/${path}`, {})).status, 404, path);
  }
});

test("stars of private repositories are shown to those who may read them", async () => {
  await push("alice/open", "v1");
  await push("alice/shut", "v1");
  await makePrivate(hub, "alice/shut");
  const starred = ["alice/open", "alice/shut"];
  const made = await ask("POST", `${API}/users`, {
    by: alice,
    body: {
      apiVersion: "imagehub.sealos.io/v1",
      kind: "User",
      metadata: { name: "alice", annotations: { [LAST_APPLIED]: JSON.stringify({ starred }), mine: "1" } },
      spec: { starred },
    },
  });
  assert.equal(made.status, 201, made.text);
  assert.deepEqual((await ask("GET", `${API}/users/alice`, { by: alice })).json.spec, { starred });
  const one = await ask("GET", `${API}/users/alice`, { by: bob });
  const [listed] = (await ask("GET", `${API}/users`, {})).json.items;
  const watched = await ask("GET", `${API}/users?watch=true&timeoutSeconds=1`, { by: bob });
  const event = JSON.parse(watched.text.split("\n", 1)[0] ?? "") as { object: Answer["json"] };
  for (const shown of [one.json, listed, event.object]) {
    assert.deepEqual(shown?.spec, { starred: ["alice/open"] });
    assert.deepEqual(shown?.metadata.annotations, { mine: "1" });
  }
});

test("a DataPack says who made it, whatever its maker says, and nobody else deletes it", async () => {
  const made = await ask("POST", `${API}/datapacks`, {
    by: alice,
    body: {
      apiVersion: "imagehub.sealos.io/v1",
      kind: "DataPack",
      metadata: { name: "mine", labels: { "imagehub.sealos.io/created-by": "bob" } },
      spec: { type: "base", names: ["alice/open"] },
    },
  });
  assert.equal(made.json.metadata.labels?.["imagehub.sealos.io/created-by"], "alice");
  assert.equal((await ask("DELETE", `${API}/datapacks/mine`, { by: bob })).status, 403);
  assert.equal((await ask("DELETE", `${API}/datapacks/mine`, { by: alice })).status, 200);
});

test("a DELETE of many deletes what the selector names, and tells that alone", async () => {
  for (const tag of ["a", "b"]) await push("alice/many", tag);
  const selector = encodeURIComponent("imagehub.sealos.io/repository=many,imagehub.sealos.io/tag!=latest");
  const { status, json, text } = await ask("DELETE", `${API}/images?labelSelector=${selector}`, {
    by: alice,
  });
  assert.equal(status, 200, text);
  assert.equal(json.items, undefined);
  assert.equal(await tagCount("alice/many"), 0);
  assert.equal(await tagCount("alice/open"), 1);
});

test("an Organization with repositories is not deleted", async () => {
  await push("alice/open", "v1");
  const refused = await ask("DELETE", `${API}/organizations/alice`, { by: alice });
  assert.equal(refused.status, 409, refused.text);
  assert.match(refused.json.message ?? "", /it has \d+ repositories; delete them first/);
});

function owner(kind: string, name: string): object {
  return { kind, name, role: "owner" };
}

function organization(name: string, spec: object): object {
  return { apiVersion: "imagehub.sealos.io/v1", kind: "Organization", metadata: { name }, spec };
}

async function push(repository: string, reference: string): Promise<void> {
  await pushImage({ ...hub, admin: alice }, image, { repository, reference });
  await controllers.idle();
}

async function make(plural: string, resource: { metadata: object; spec: object }): Promise<void> {
  const kind = { repositories: "Repository", images: "Image" }[plural];
  const body = { apiVersion: "imagehub.sealos.io/v1", kind, ...resource };
  const { status, text } = await ask("POST", `${API}/${plural}`, { by: alice, body });
  assert.equal(status, 201, text);
}

/** One of which nothing is pushed. */
async function makeImage(repository: string, tag: string): Promise<void> {
  const name = `${repository.replace("/", ".")}.${tag}`;
  await make("images", { metadata: { name }, spec: { name: `${repository}:${tag}` } });
}

async function tagCount(repository: string): Promise<number> {
  return content.tags.count(repository as Parameters<typeof content.tags.count>[0]);
}

/** By alice; tried again when a controller wrote meanwhile. */
async function patch(path: string, body: unknown): Promise<void> {
  await eventually(async () => {
    const { status, text } = await ask("PATCH", path, { by: alice, body, type: MERGE });
    assert.equal(status, 200, text);
  });
}

async function ask(
  method: string,
  path: string,
  { by, body, type = "application/json" }: { by?: string; body?: unknown; type?: string },
): Promise<Answer> {
  const response = await fetch(`${hub.url}${path}`, {
    method,
    headers: { ...(by && { authorization: by }), ...(body !== undefined && { "content-type": type }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = text !== "" && !text.includes("\n{");
  return { status: response.status, text, json: (isJson ? JSON.parse(text.trim()) : {}) as Answer["json"] };
}
