import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Deleted, DeletedPage, RestoreResult } from "../src/api/contract/deleted.ts";
import type { Spec } from "../src/resources/kinds.ts";
import { eventually } from "./controllers-hub.ts";
import { makePrivate } from "./make-private.ts";
import { buildImage } from "./image-builder.ts";
import { pushImage } from "./registry-client.ts";
import { basic, startTestHub } from "./start-hub.ts";

const hub = await startTestHub({ "log-level": "fatal" });
after(() => hub.stop());
const { accounts, controllers, content, database, store } = hub.context;
const SECRET = "a secret of few";
const PASSWORD = "correct horse battery";
const MEMBERS = { owen: "owner", paula: "publisher", rita: "reader" } as const;
const [owen, paula, rita, stranger] = ["owen", "paula", "rita", "stranger"].map((name) =>
  basic(name, PASSWORD),
);
assert.ok(owen !== undefined && paula !== undefined);
const MAY_DELETE: readonly string[] = [owen, paula, hub.admin];

const image = await buildImage({ layers: [{ files: { "README.md": "# Hello" } }] });
const other = await buildImage({ layers: [{ files: { other: "other" } }] });
for (const name of [...Object.keys(MEMBERS), "stranger"])
  await accounts.register({ name, password: PASSWORD });
await pushImage(hub, image, { repository: "org/first", reference: "first" });
await settle();
await setMembers();

interface Asked {
  method?: string;
  credentials?: string | undefined;
}

async function ask(path: string, { method = "GET", credentials }: Asked = {}) {
  const headers = credentials === undefined ? {} : { authorization: credentials };
  const response = await fetch(hub.url + path, { method, headers });
  const text = await response.text();
  return { status: response.status, text, json: (text === "" ? {} : JSON.parse(text)) as unknown };
}

async function deleted(query: string, credentials?: string): Promise<Deleted[]> {
  const { status, json, text } = await ask(`/api/v1/deleted?${query}`, { credentials });
  assert.equal(status, 200, text);
  return (json as DeletedPage).items;
}

function restore(
  id: number,
  { credentials, query = "" }: { credentials?: string | undefined; query?: string },
) {
  return ask(`/api/v1/deleted/${id}/restore${query}`, { method: "POST", credentials });
}

async function remove(repository: string, reference: string): Promise<void> {
  const { status, text } = await ask(`/v2/${repository}/manifests/${reference}`, {
    method: "DELETE",
    credentials: paula,
  });
  assert.equal(status, 202, text);
}

function bodyOf({ text }: { text: string }): string {
  return text.replace(/"requestId":"[^"]+"/, "");
}

/** A repository with a tag `v1` that Paula deleted. */
async function deletedTag(repository: string): Promise<Deleted> {
  await pushImage(hub, image, { repository, reference: "v1" });
  await remove(repository, "v1");
  const [deletion] = await deleted(`repository=${repository}`, owen);
  assert.ok(deletion);
  return deletion;
}

test("nobody learns of a deletion but those who may delete there, be the repository public or private", async () => {
  const deletions = [await deletedTag("org/open"), await deletedTag("org/shut")];
  await pushImage(hub, other, { repository: "org/shut", reference: "v2" });
  await makePrivate(hub, "org/shut");
  for (const { id, repository } of deletions) {
    for (const credentials of [rita, stranger]) {
      assert.deepEqual(await deleted("", credentials), []);
      assert.deepEqual(await deleted("organization=org", credentials), []);
      assert.deepEqual(await deleted(`repository=${repository}`, credentials), []);
      const [known, unknown] = [await restore(id, { credentials }), await restore(99_999, { credentials })];
      assert.deepEqual([known.status, unknown.status], [404, 404]);
      assert.equal(bodyOf(known), bodyOf(unknown).replace("99999", String(id)));
    }
    assert.equal((await ask("/api/v1/deleted")).status, 401);
    assert.equal((await restore(id, {})).status, 401);
    for (const credentials of MAY_DELETE)
      assert.equal((await deleted(`repository=${repository}`, credentials)).length, 1);
  }
  assert.equal((await restore(deletions[1]?.id ?? 0, { credentials: paula })).status, 200);
  const anonymous = await ask("/api/v1/images/org/shut/-/v1/readme");
  assert.equal(anonymous.status, 404, "it is as private as it was");
});

test("a page says what went, when, by whom, and until when it is kept, and where the next begins", async () => {
  for (const tag of ["a", "b", "c"]) {
    await pushImage(hub, image, { repository: "org/pages", reference: tag });
    await remove("org/pages", tag);
  }
  const shown: string[] = [];
  let query: string | undefined = "";
  while (query !== undefined) {
    const { json } = await ask(`/api/v1/deleted?repository=org/pages&limit=2${query}`, { credentials: owen });
    const page = json as DeletedPage;
    assert.ok(page.items.length <= 2);
    shown.push(...page.items.map(({ tag }) => tag ?? "@"));
    query = page.continue === undefined ? undefined : `&continue=${page.continue}`;
  }
  assert.deepEqual(shown, ["c", "b", "a"]);
  const [entry] = await deleted("repository=org/pages&tag=b", owen);
  assert.ok(entry);
  assert.deepEqual([entry.digest, entry.deletedBy, entry.pushedBy], [image.digest, "paula", "admin"]);
  const days = (Date.parse(entry.keptUntil) - Date.parse(entry.deletedAt)) / 86_400_000;
  assert.equal(days, 7);
});

test("a deleted tag is gone from /v2 at once, and back after a restore, with its pages and its place in the search", async () => {
  const repository = "org/pulled";
  const { id } = await deletedTag(repository);
  await settle();
  await assert.rejects(store.get("Image", "org.pulled.v1"));
  await assert.rejects(store.get("Repository", "org.pulled"));
  const asked: Asked = { credentials: owen };
  assert.equal((await ask(`/v2/${repository}/manifests/v1`, asked)).status, 404);
  const { status, json } = await restore(id, asked);
  assert.equal(status, 200);
  assert.deepEqual(json, { repository, tags: ["v1"], manifests: [], takenTags: [] } satisfies RestoreResult);
  for (const tag of ["v1", "latest"])
    assert.equal((await ask(`/v2/${repository}/manifests/${tag}`, asked)).status, 200);
  await settle();
  assert.equal((await store.get("Image", "org.pulled.v1")).status?.["digest"], image.digest);
  await store.get("Repository", "org.pulled");
  const found = await ask("/api/v1/search?q=pulled");
  assert.equal((found.json as { total: number }).total, 1);
  assert.equal((await restore(id, asked)).status, 404, "there is nothing more to restore");
});

test("a tag that was set again is a conflict, unless it is to be replaced; an immutable one is one anyway", async () => {
  const { id } = await deletedTag("org/taken");
  await pushImage(hub, other, { repository: "org/taken", reference: "v1" });
  const refused = await restore(id, { credentials: owen });
  assert.equal(refused.status, 409);
  assert.match(
    refused.text,
    /the tag was set again, to sha256:\w+; delete it first, or restore with replace=true/,
  );
  await setImmutable("org/taken", ["v*"]);
  const held = await restore(id, { credentials: owen, query: "?replace=true" });
  assert.equal(held.status, 409);
  assert.match(held.text, /tag v1 is immutable/);
  await setImmutable("org/taken", []);
  assert.equal((await restore(id, { credentials: owen, query: "?replace=true" })).status, 200);
  assert.equal((await content.tags.find("org/taken" as never, "v1" as never))?.digest, image.digest);
});

test("a deleted private Repository and its Images come back with what was said of them, and nobody else sees any of it", async () => {
  const repository = "org/diary";
  await pushImage(hub, image, { repository, reference: "v1" });
  await makePrivate(hub, repository);
  const settings = { name: repository, visibility: "private", description: SECRET } as const;
  await say("Repository", "org.diary", settings);
  await say("Image", "org.diary.v1", { name: `${repository}:v1`, detail: { docs: SECRET.repeat(100) } });
  const before = await store.get("Image", "org.diary.v1");
  const path = "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub/repositories/org.diary";
  const gone = await ask(path, { method: "DELETE", credentials: owen });
  assert.equal(gone.status, 200, gone.text);
  await settle();
  await assert.rejects(store.get("Repository", "org.diary"));
  await assert.rejects(store.get("Image", "org.diary.v1"));

  const [deletion] = await deleted(`repository=${repository}`, owen);
  assert.equal((await restore(deletion?.id ?? 0, { credentials: owen })).status, 200);
  await eventually(async () => {
    for (const credentials of [undefined, stranger]) {
      for (const secret of [path, path.replace("repositories/org.diary", "images/org.diary.v1")])
        assert.equal((await ask(secret, { credentials })).status, 404);
      for (const list of ["/apis/imagehub.sealos.io/v1/images", "/api/v1/search?q=secret"])
        assert.doesNotMatch((await ask(list, { credentials })).text, /diary|secret/);
      assert.equal((await ask("/api/v1/images/org/diary/-/v1/readme", { credentials })).status, 404);
    }
    assert.deepEqual((await store.get("Repository", "org.diary")).spec, settings);
  });
  await settle();
  assert.deepEqual((await store.get("Image", "org.diary.v1")).spec, before.spec);
  assert.equal((await content.repositories.find(repository as never))?.visibility, "private");
});

test("what was said goes with the content when that can no longer be restored, and not before", async () => {
  await pushImage(hub, image, { repository: "org/old", reference: "v1" });
  await settle();
  await say("Image", "org.old.v1", { name: "org/old:v1", detail: { description: SECRET } });
  await remove("org/old", "v1");
  await settle();
  const kept = () =>
    database.read.selectFrom("deleted_words").select("document").where("name", "=", "org.old.v1").execute();
  await collectGarbage();
  assert.match((await kept())[0]?.document ?? "", /secret/);
  await database.write(async (transaction) => {
    const long = { deleted_at: 1 };
    await transaction.updateTable("deletions").set(long).where("organization", "=", "org").execute();
    await transaction.updateTable("deleted_words").set(long).where("name", "=", "org.old.v1").execute();
  });
  await collectGarbage();
  assert.deepEqual(await kept(), []);
});

for (const [query, field] of [
  ["repository=Org/x", "repository"],
  ["tag=-", "tag"],
  ["digest=sha256:1", "digest"],
  ["continue=x", "continue"],
  ["limit=0", "limit"],
  ["since=1", "since"],
]) {
  test(`a list by ${query} is a bad request that names the field`, async () => {
    const { status, json } = await ask(`/api/v1/deleted?${query}`, { credentials: owen });
    assert.equal(status, 400);
    assert.equal((json as { field?: string }).field, field);
  });
}

test("what is no number of a deletion, and what restore does not take, is a bad request", async () => {
  const { id } = await deletedTag("org/bad");
  for (const path of [
    "x/restore",
    "0/restore",
    `${id}/restore?replace=perhaps`,
    `${id}/restore?force=true`,
  ]) {
    const { status, text } = await ask(`/api/v1/deleted/${path}`, { method: "POST", credentials: owen });
    assert.equal(status, 400, text);
  }
});

async function setMembers(): Promise<void> {
  const resource = await store.get("Organization", "org");
  const { resourceVersion: _, ...metadata } = resource.metadata;
  const members = Object.entries(MEMBERS).map(([name, role]) => ({ kind: "User" as const, name, role }));
  await store.update({ ...resource, metadata, spec: { ...resource.spec, members } });
  await settle();
}

/** Says of a resource what its user would, and waits until that is known. */
async function say<K extends "Image" | "Repository">(kind: K, name: string, spec: Spec<K>): Promise<void> {
  const resource = await store.get(kind, name);
  const { resourceVersion: _, ...metadata } = resource.metadata;
  const { metadata: said } = await store.update({ ...resource, metadata, spec });
  await eventually(async () => {
    const { status } = await store.get(kind, name);
    assert.equal(status?.observedGeneration, said.generation);
  });
  await settle();
}

async function collectGarbage(): Promise<void> {
  const headers = { authorization: hub.admin, "content-type": "application/json" };
  const started = await fetch(`${hub.url}/api/v1/jobs`, { method: "POST", headers, body: `{"kind":"gc"}` });
  const { id } = (await started.json()) as { id: number };
  await eventually(async () => {
    const { json } = await ask(`/api/v1/jobs/${id}`, { credentials: hub.admin });
    assert.equal((json as { state: string }).state, "succeeded");
  });
}

async function setImmutable(repository: string, immutableTags: string[]): Promise<void> {
  await content.repositories.setPolicy(repository as never, { visibility: "public", immutableTags });
}

async function settle(): Promise<void> {
  await controllers.idle();
  await hub.context.search.caughtUp();
}
