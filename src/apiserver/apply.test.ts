import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startTestHub } from "../../test/start-hub.ts";
import type { Organization } from "../resources/kinds.ts";

const hub = await startTestHub();
after(() => hub.stop());
const ORGANIZATIONS = "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub/organizations";
const MERGE = "application/merge-patch+json";
const APPLY = "application/apply-patch+yaml";

test("a field that an update takes away is no manager's any more", async () => {
  await apply("gone", "first", { metadata: { labels: { a: "1" } }, spec: { url: "a.org", icon: "i" } });
  await update("gone", "editor", { metadata: { labels: { b: "1", c: "1" } }, spec: { description: "d" } });
  await update("gone", "editor", {
    metadata: { labels: { a: null, b: null, c: null } },
    spec: { url: null, description: null },
  });
  assert.deepEqual(await managed("gone"), { "first Apply": { "f:spec": { "f:icon": {} } } });
  await apply("gone", "second", {
    metadata: { labels: { a: "2", b: "2" } },
    spec: { url: "b.org", description: "e" },
  });
});

test("a member that an update takes away is no manager's, and another applies it", async () => {
  const bob = { kind: "User", name: "bob", role: "reader" };
  await update("less", "editor", { spec: { members: [ADMIN, bob] } });
  await update("less", "editor", { spec: { members: [ADMIN] } });
  assert.doesNotMatch(JSON.stringify(await managed("less")), /bob/);
  await apply("less", "second", { spec: { members: [{ ...bob, role: "publisher" }] } });
});

test("a map that becomes empty leaves nothing of what was in it", async () => {
  await update("bare", "editor", { metadata: { labels: { a: "1" } } });
  const { metadata, ...rest } = await find("bare");
  const response = await ask("bare?fieldManager=editor", {
    method: "PUT",
    type: "application/json",
    body: { ...rest, metadata: { ...metadata, labels: {} } },
  });
  assert.equal(response.status, 200);
  assert.doesNotMatch(JSON.stringify(await managed("bare")), /f:a/);
});

test("of several that apply to one at once, each has its say: none finds it there already, or changed", async () => {
  const managers = ["a", "b", "c", "d"];
  for (const metadata of [() => ({}), (name: string) => ({ labels: { [name]: "1" } })]) {
    await Promise.all(managers.map((name) => apply("raced", name, { metadata: metadata(name) })));
  }
  const { metadata } = await find("raced");
  assert.deepEqual(Object.keys(metadata.labels ?? {}).toSorted(), managers);
});

test("what is applied to one by its uid is not made when that is gone", async () => {
  const uid = "00000000-0000-4000-8000-000000000000";
  const body = { apiVersion: "imagehub.sealos.io/v1", kind: "Organization", metadata: { name: "lost", uid } };
  const response = await ask("lost?fieldManager=m", { method: "PATCH", type: APPLY, body });
  const { message } = (await response.json()) as { message: string };
  assert.deepEqual(
    [response.status, message],
    [
      409,
      `Operation cannot be fulfilled on organizations.imagehub.sealos.io "lost": uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
    ],
  );
});

test("finalizers are a set, and owners a list by their uid: managers add to them without a conflict", async () => {
  const owners = await Promise.all(["one", "two"].map(async (name) => ownerOf(await apply(name, "x", {}))));
  await apply("shared", "ma", {
    metadata: { finalizers: ["example.com/a"], ownerReferences: owners.slice(0, 1) },
  });
  await apply("shared", "mb", {
    metadata: { finalizers: ["example.com/b"], ownerReferences: owners.slice(1) },
  });
  assert.deepEqual(await shared(), [["example.com/a", "example.com/b"], owners]);
  const fields = (await managed("shared"))["mb Apply"] as { "f:metadata": Record<string, object> };
  assert.deepEqual(fields["f:metadata"]["f:finalizers"], { 'v:"example.com/b"': {} });
  assert.deepEqual(Object.keys(fields["f:metadata"]["f:ownerReferences"] ?? {}), [
    `k:{"uid":"${owners[1]?.uid}"}`,
  ]);

  // Who says one no more takes that one away.
  await apply("shared", "mb", {});
  assert.deepEqual(await shared(), [["example.com/a"], owners.slice(0, 1)]);
});

/** Whoever makes an organization is its owner. */
const ADMIN = { kind: "User", name: "admin", role: "owner" };

async function shared(): Promise<unknown[]> {
  const { finalizers, ownerReferences } = (await find("shared")).metadata;
  return [finalizers, ownerReferences];
}

function ownerOf({ apiVersion, kind, metadata: { name, uid = "" } }: Organization) {
  return { apiVersion, kind, name, uid };
}

/** Manager and operation → fields; of what the test's managers say. */
async function managed(name: string): Promise<Record<string, object>> {
  const { managedFields = [] } = (await find(name)).metadata;
  return Object.fromEntries(
    managedFields.map(({ manager, operation, fieldsV1 }) => [`${manager} ${operation}`, fieldsV1]),
  );
}

async function find(name: string): Promise<Organization> {
  return (await (await ask(name, { method: "GET" })).json()) as Organization;
}

async function apply(name: string, manager: string, change: Change): Promise<Organization> {
  return changed(`${name}?fieldManager=${manager}`, APPLY, {
    ...TYPE,
    ...change,
    metadata: { name, ...change.metadata },
  });
}

/** Made empty, when it is not there. */
async function update(name: string, manager: string, change: Change): Promise<Organization> {
  await ask("", {
    method: "POST",
    type: "application/json",
    body: { ...TYPE, metadata: { name }, spec: {} },
  });
  return changed(`${name}?fieldManager=${manager}`, MERGE, change);
}

async function changed(path: string, type: string, body: object): Promise<Organization> {
  const response = await ask(path, { method: "PATCH", type, body });
  const text = await response.text();
  assert.ok(response.ok, text);
  return JSON.parse(text) as Organization;
}

interface Change {
  metadata?: object;
  spec?: object;
}

const TYPE = { apiVersion: "imagehub.sealos.io/v1", kind: "Organization" };

function ask(path: string, { method, type, body }: { method: string; type?: string; body?: object }) {
  return fetch(`${hub.url}${ORGANIZATIONS}${path && "/"}${path}`, {
    method,
    headers: { authorization: hub.admin, ...(type !== undefined && { "content-type": type }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}
