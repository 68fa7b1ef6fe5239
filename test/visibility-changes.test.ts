import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { after, test } from "node:test";
import { newResource } from "../src/resources/kinds.ts";
import { startTestHub } from "./start-hub.ts";

const hub = await startTestHub();
after(() => hub.stop());
const { store, controllers } = hub.context;
const RESOURCES = "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub";
const SECRET = "hunter2";

await send("POST", "organizations", newResource("Organization", "team", { spec: {} }));

test(
  "what a Repository says from the version on in which it is private is told to nobody else",
  { timeout: 20_000 },
  async () => {
    await send(
      "POST",
      "repositories",
      newResource("Repository", "team.app", { spec: { name: "team/app", description: "Open" } }),
    );
    await controllers.idle();
    const watch = await watchFrom("repositories", await version("repositories"));
    await send("PATCH", "repositories/team.app", { spec: { description: "Still open" } });
    assert.match(await watch.next(), /^\{"type":"MODIFIED".*Still open/);
    await send("PATCH", "repositories/team.app", { spec: { visibility: "private", description: SECRET } });
    for (let line = ""; !line.startsWith('{"type":"DELETED"');) {
      line = await watch.next();
      assert.doesNotMatch(line, new RegExp(SECRET));
    }
    watch.stop();
  },
);

test(
  "what a Repository said while it was private stays so after it is public",
  { timeout: 20_000 },
  async () => {
    const spec = { name: "team/diary", visibility: "private" as const, description: SECRET };
    const before = await version("repositories");
    await send("POST", "repositories", newResource("Repository", "team.diary", { spec }));
    await controllers.idle();
    const during = await version("repositories");
    await send("PATCH", "repositories/team.diary", { spec: { visibility: "public", description: "Open" } });
    await controllers.idle();
    const then = await get(`repositories?resourceVersion=${during}&resourceVersionMatch=Exact`);
    assert.doesNotMatch(then, /diary/);
    assert.match(await get("repositories"), /diary/);
    const watch = await watchFrom("repositories", before);
    const told = await watch.next();
    assert.match(told, /^\{"type":"ADDED".*team\.diary.*Open/);
    assert.doesNotMatch(told, new RegExp(SECRET));
    watch.stop();
  },
);

test("the first Image of a new public repository is told to all", { timeout: 20_000 }, async () => {
  const watch = await watchFrom("images", await version("images"));
  await store.create(newResource("Image", "team.first.1", { spec: { name: "team/first:1" } }));
  assert.match(await watch.next(), /^\{"type":"ADDED".*team\.first\.1/);
  watch.stop();
});

test(
  "Images follow their repository: told, taken back, and silent about before",
  { timeout: 20_000 },
  async () => {
    const detail = { description: "Open" };
    const before = await version("images");
    await send(
      "POST",
      "images",
      newResource("Image", "team.box.1", { spec: { name: "team/box:1", detail } }),
    );
    await controllers.idle();
    // Goes on from a list, so it was told of nothing.
    const listed = await watchFrom("images", await version("images"));
    await send("PATCH", "repositories/team.box", { spec: { visibility: "private" } });
    assert.match(await listed.next(), /^\{"type":"DELETED".*team\.box\.1/);
    await send("PATCH", "images/team.box.1", { spec: { detail: { description: SECRET } } });
    const hidden = { name: "team/box:2", detail: { description: SECRET } };
    await send("POST", "images", newResource("Image", "team.box.2", { spec: hidden }));
    await controllers.idle();
    const during = await version("images");
    await send("PATCH", "images/team.box.1", { spec: { detail } });
    await send("DELETE", "images/team.box.2");
    await controllers.idle();
    await send("PATCH", "repositories/team.box", { spec: { visibility: "public" } });
    const back = await listed.next();
    assert.match(back, /^\{"type":"ADDED".*team\.box\.1.*Open/);
    await controllers.idle();
    assert.doesNotMatch(await get(`images?resourceVersion=${during}&resourceVersionMatch=Exact`), /box/);
    assert.match(await get("images"), /box/);
    const again = await watchFrom("images", before);
    for (let line = ""; !/"visibility":"public"/.test(line) || line !== back;) {
      line = await again.next();
      assert.doesNotMatch(line, new RegExp(SECRET));
    }
    for (const watch of [listed, again]) watch.stop();
  },
);

test("an Organization is told as changed to those who see what changed", { timeout: 20_000 }, async () => {
  const watch = await watchFrom("organizations", await version("organizations"));
  const hidden = { name: "team/hidden", visibility: "private" as const };
  await send("POST", "repositories", newResource("Repository", "team.hidden", { spec: hidden }));
  await controllers.idle();
  await send("DELETE", "repositories/team.hidden");
  await controllers.idle();
  const open = { name: "team/open" };
  await send("POST", "repositories", newResource("Repository", "team.open", { spec: open }));
  assert.match(await watch.next(), /^\{"type":"MODIFIED".*team\/open/);
  watch.stop();
});

async function version(plural: string): Promise<string> {
  return (JSON.parse(await get(plural)) as { metadata: { resourceVersion: string } }).metadata
    .resourceVersion;
}

/** As anybody gets it. */
async function get(path: string): Promise<string> {
  const response = await fetch(`${hub.url}${RESOURCES}/${path}`);
  assert.equal(response.status, 200, path);
  return response.text();
}

async function send(method: "POST" | "PATCH" | "DELETE", path: string, body?: object): Promise<void> {
  const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
  const response = await fetch(`${hub.url}${RESOURCES}/${path}`, {
    method,
    headers: { authorization: hub.admin, ...(body && { "content-type": type }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  assert.ok(response.ok, await response.text());
}

/** As anybody watches it, line by line. */
async function watchFrom(plural: string, resourceVersion: string) {
  const stopping = new AbortController();
  const path = `${RESOURCES}/${plural}?watch=1&resourceVersion=${resourceVersion}`;
  const { body } = await fetch(hub.url + path, { signal: stopping.signal });
  assert.ok(body);
  const lines = createInterface({ input: Readable.fromWeb(body) })[Symbol.asyncIterator]();
  return {
    next: async () => String((await lines.next()).value),
    stop: () => stopping.abort(),
  };
}
