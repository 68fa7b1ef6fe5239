import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { ObjectMeta } from "../src/resources/metadata.ts";
import { eventually } from "./controllers-hub.ts";
import { buildImage } from "./image-builder.ts";
import { pushImage } from "./registry-client.ts";
import { basic, startTestHub } from "./start-hub.ts";

const hub = await startTestHub();
after(() => hub.stop());
const { content, controllers, accounts, personalTokens, recorder, events } = hub.context;
const API_VERSION = "imagehub.sealos.io/v1";
const API = `/apis/${API_VERSION}/namespaces/sealos-imagehub`;
const PASSWORD = "correct horse battery";
const MERGE = "application/merge-patch+json";

interface Owner {
  apiVersion?: string;
  kind: string;
  name: string;
  uid: string;
  blockOwnerDeletion?: boolean;
}

test("who may not delete a resource may not say what it goes with", async () => {
  await accounts.register({ name: "alice", password: PASSWORD });
  const words = { name: "ci", scopes: ["read", "write"] as const, repositories: [], expiresAt: undefined };
  const { token } = await personalTokens.create("alice", words);
  const writer = basic("alice", token);
  const spec = { type: "base", names: ["a/b:c"] };
  const nobody = { kind: "Repository", name: "none", uid: "none" };
  assert.equal((await post("datapacks", { name: "hers", spec, by: writer })).status, 201);
  const refused = await post("datapacks", { name: "his", spec, by: writer, owners: [nobody] });
  assert.equal(refused.status, 403);
  const ownerReferences = [{ apiVersion: API_VERSION, ...nobody }];
  const patched = await ask("PATCH", "datapacks/hers", {
    body: { metadata: { ownerReferences } },
    by: writer,
  });
  assert.equal(patched.status, 403);
  assert.match(patched.text, /expected delete/);
});

test("what is owned goes after its owner, with its content", async () => {
  const owner = await makeOwner("background");
  await makeImage("own/background:v1", [owner]);
  await ask("DELETE", "datapacks/background");
  await eventually(async () => assert.equal((await ask("GET", "images/own.background.v1")).status, 404));
  assert.equal(await content.tags.find("own/background" as never, "v1" as never), undefined);
  await eventually(async () => {
    await recorder.flush();
    const found = await events.page({ after: "own.background.v1", limit: 100 });
    assert.ok(found.some(({ event }) => event.reason === "OwnersDeleted"));
  });
});

test("an owner is known by its uid, and owners of other groups are let be", async () => {
  const owner = await makeOwner("again");
  await makePack("of-another", [{ ...owner, uid: "of one before" }]);
  await makePack("of-a-pod", [{ apiVersion: "v1", kind: "Pod", name: "again", uid: "x" }]);
  await makePack("of-it", [owner]);
  await eventually(async () => assert.equal((await ask("GET", "datapacks/of-another")).status, 404));
  await controllers.idle();
  assert.equal((await ask("GET", "datapacks/of-a-pod")).status, 200);
  assert.equal((await ask("GET", "datapacks/of-it")).status, 200);
});

test("what has an owner left stays, and is no longer the other's", async () => {
  const [gone, left] = [await makeOwner("gone"), await makeOwner("left")];
  await makePack("of-both", [gone, left]);
  await ask("DELETE", "datapacks/gone");
  await eventually(async () => {
    const { metadata } = await get("datapacks/of-both");
    assert.deepEqual(
      metadata.ownerReferences?.map(({ name }) => name),
      ["left"],
    );
  });
});

test("--cascade=orphan leaves what was owned, without an owner", async () => {
  const owner = await makeOwner("parent");
  await makePack("orphan", [owner]);
  const { json } = await ask("DELETE", "datapacks/parent", { body: { propagationPolicy: "Orphan" } });
  assert.deepEqual(json.metadata.finalizers, ["orphan"]);
  await eventually(async () => assert.equal((await ask("GET", "datapacks/parent")).status, 404));
  assert.equal((await get("datapacks/orphan")).metadata.ownerReferences, undefined);
});

test("--cascade=foreground keeps the owner until what blocks it is gone", async () => {
  const owner = await makeOwner("waiting");
  await makePack("blocking", [{ ...owner, blockOwnerDeletion: true }], ["example.com/mine"]);
  const { json } = await ask("DELETE", "datapacks/waiting?propagationPolicy=Foreground");
  assert.deepEqual(json.metadata.finalizers, ["foregroundDeletion"]);
  await eventually(async () => {
    assert.ok((await get("datapacks/blocking")).metadata.deletionTimestamp);
  });
  await controllers.idle();
  assert.equal((await ask("GET", "datapacks/waiting")).status, 200);
  await ask("PATCH", "datapacks/blocking", { body: { metadata: { finalizers: null } } });
  await eventually(async () => assert.equal((await ask("GET", "datapacks/waiting")).status, 404));
  assert.equal((await ask("GET", "datapacks/blocking")).status, 404);
});

test("a deletion that is asked for again, in the background, waits no longer", async () => {
  const owner = await makeOwner("hurried");
  await makePack("slow", [{ ...owner, blockOwnerDeletion: true }], ["example.com/mine"]);
  await ask("DELETE", "datapacks/hurried?propagationPolicy=Foreground");
  const { status } = await ask("DELETE", "datapacks/hurried?propagationPolicy=Background");
  assert.deepEqual([status, (await ask("GET", "datapacks/hurried")).status], [200, 404]);
});

test("what may not be deleted stays, and says why", async () => {
  const owner = await makeOwner("of-fixed");
  await post("repositories", { name: "own.fixed", spec: { name: "own/fixed", immutableTags: ["v*"] } });
  await makeImage("own/fixed:v1", [owner]);
  await ask("DELETE", "datapacks/of-fixed");
  await eventually(async () => {
    await recorder.flush();
    const found = await events.page({ after: "own.fixed.v1", limit: 100 });
    assert.ok(
      found.some(({ event }) => event.reason === "KeptWithoutOwners" && /immutable/.test(event.message)),
    );
  });
  assert.equal((await ask("GET", "images/own.fixed.v1")).status, 200);
});

async function makeOwner(name: string): Promise<Owner> {
  const { json } = await post("datapacks", { name, spec: { type: "base", names: ["a/b:c"] } });
  return { kind: "DataPack", name, uid: json.metadata.uid ?? "" };
}

async function makePack(name: string, owners: Owner[], finalizers: string[] = []): Promise<void> {
  const spec = { type: "base", names: ["a/b:c"] };
  const { status, text } = await post("datapacks", { name, spec, owners, finalizers });
  assert.equal(status, 201, text);
}

async function makeImage(name: string, owners: Owner[]): Promise<void> {
  const [repository = "", reference = ""] = name.split(":");
  await pushImage(hub, await buildImage(), { repository, reference });
  await controllers.idle();
  const ownerReferences = owners.map((owner) => ({ apiVersion: API_VERSION, ...owner }));
  const path = `images/${name.replace(/[/:]/g, ".")}`;
  const { status, text } = await ask("PATCH", path, { body: { metadata: { ownerReferences } } });
  assert.equal(status, 200, text);
}

interface Made {
  name: string;
  spec: object;
  by?: string;
  owners?: Owner[];
  finalizers?: string[];
}

function post(plural: string, { name, spec, by = hub.admin, owners = [], finalizers = [] }: Made) {
  const kind = plural === "datapacks" ? "DataPack" : "Repository";
  const ownerReferences = owners.map((owner) => ({ apiVersion: API_VERSION, ...owner }));
  const metadata = { name, ownerReferences, finalizers };
  return ask("POST", plural, { body: { apiVersion: API_VERSION, kind, metadata, spec }, by });
}

async function get(path: string): Promise<{ metadata: ObjectMeta }> {
  const { status, json } = await ask("GET", path);
  assert.equal(status, 200, path);
  return json;
}

async function ask(
  method: string,
  path: string,
  { body, by = hub.admin }: { body?: object; by?: string } = {},
): Promise<{ status: number; text: string; json: { metadata: ObjectMeta } }> {
  const response = await fetch(`${hub.url}${API}/${path}`, {
    method,
    headers: {
      authorization: by,
      ...(body && { "content-type": method === "PATCH" ? MERGE : "application/json" }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, json: JSON.parse(text) as { metadata: ObjectMeta } };
}
