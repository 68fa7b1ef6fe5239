import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { after, test } from "node:test";
import { startTestHub } from "../../test/start-hub.ts";
import { newResource } from "../resources/kinds.ts";

const hub = await startTestHub();
after(() => hub.stop());
const { store } = hub.context;
const PATH = "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub/users";
const TABLE = "application/json;as=Table;g=meta.k8s.io;v=v1";
const LIMIT = { timeout: 10_000 };
const first = await store.create(newResource("User", "one", { spec: {} }));

/** Query → what Kubernetes answers. */
const REFUSED: [query: string, code: number, reason: string, message: RegExp][] = [
  [
    "watch=1&resourceVersionMatch=NotOlderThan",
    422,
    "Invalid",
    /is forbidden for watch unless sendInitialEvents/,
  ],
  ["watch=1&sendInitialEvents=true", 422, "Invalid", /requires setting resourceVersionMatch to NotOlderThan/],
  ["watch=1&resourceVersion=abc", 400, "BadRequest", /resourceVersion: Invalid value: "abc"/],
  ["watch=1&timeoutSeconds=abc", 400, "BadRequest", /timeoutSeconds "abc"/],
  ["watch=1&fieldSelector=spec.visibility=public", 400, "BadRequest", /not supported: spec.visibility/],
  ["sendInitialEvents=true", 422, "Invalid", /sendInitialEvents is forbidden for list/],
  ["resourceVersionMatch=Exact", 422, "Invalid", /is forbidden unless resourceVersion is provided/],
  [
    "resourceVersionMatch=Foo&resourceVersion=5",
    422,
    "Invalid",
    /supported values: "Exact", "NotOlderThan", ""/,
  ],
  ["resourceVersionMatch=Exact&resourceVersion=0", 422, "Invalid", /forbidden for resourceVersion "0"/],
  ["continue=abc&resourceVersion=5", 400, "BadRequest", /not allowed when using continue/],
  ["resourceVersion=abc", 400, "BadRequest", /invalid resource version/],
  ["resourceVersion=99999999", 504, "Timeout", /Too large resource version: 99999999, current: \d+/],
  ["resourceVersion=99999999&resourceVersionMatch=Exact", 504, "Timeout", /Too large resource version/],
  ["limit=abc", 400, "BadRequest", /limit "abc"/],
];

test("options that go not together are refused before anything is sent", async () => {
  for (const [query, code, reason, message] of REFUSED) {
    const response = await fetch(`${hub.url}${PATH}?${query}`);
    const status = (await response.json()) as { code: number; reason: string; message: string };
    assert.deepEqual([response.status, status.code, status.reason], [code, code, reason], query);
    assert.match(status.message, message);
  }
});

test(
  "a watch from a version that is not known ends with Expired, which makes clients list again",
  LIMIT,
  async () => {
    const watch = await open("resourceVersion=99999999");
    const event = await watch.next();
    assert.equal(event?.type, "ERROR");
    assert.equal(event?.object["code"], 410);
    assert.equal(event?.object["reason"], "Expired");
    assert.equal(await watch.next(), undefined);
  },
);

test(
  "a watch that sends what is there says when that was all, and in the end how far it is",
  LIMIT,
  async () => {
    const watch = await open(
      "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=1",
    );
    assert.equal((await watch.next())?.object.metadata.name, "one");
    const end = await watch.next();
    assert.equal(end?.type, "BOOKMARK");
    assert.deepEqual(end?.object.metadata.annotations, { "k8s.io/initial-events-end": "true" });
    const other = await store.create(newResource("Organization", "other", { spec: {} }));
    const last = await watch.next();
    assert.equal(last?.type, "BOOKMARK");
    // It moves on with what is none of its business.
    assert.ok(Number(last?.object.metadata.resourceVersion) >= Number(other.metadata.resourceVersion));
    assert.equal(await watch.next(), undefined);
  },
);

test("without bookmarks asked for there are none", LIMIT, async () => {
  const watch = await open("resourceVersion=0&timeoutSeconds=1");
  assert.equal((await watch.next())?.type, "ADDED");
  assert.equal(await watch.next(), undefined);
});

test("a watch that begins now sends nothing of before", LIMIT, async () => {
  const watch = await open("sendInitialEvents=false&resourceVersionMatch=NotOlderThan");
  await store.update({ ...first, spec: { displayName: "One" } });
  const event = await watch.next();
  assert.equal(event?.type, "MODIFIED");
  watch.stop();
});

test("a table is watched row by row, its columns told once", LIMIT, async () => {
  const watch = await open("", TABLE);
  const added = await watch.next();
  assert.equal(added?.object["kind"], "Table");
  assert.ok(Array.isArray(added?.object["columnDefinitions"]));
  await store.create(newResource("User", "two", { spec: {} }));
  assert.equal((await watch.next())?.object["columnDefinitions"], null);
  watch.stop();
});

test("a list shows the very version that is asked for", async () => {
  const { metadata } = await store.create(newResource("User", "three", { spec: {} }));
  await store.delete("User", "three");
  for (const [query, names] of [
    [`resourceVersion=${metadata.resourceVersion}&resourceVersionMatch=Exact`, /three/],
    [`resourceVersion=${metadata.resourceVersion}&limit=10`, /three/],
    [`resourceVersion=${metadata.resourceVersion}`, /^(?!.*three)/],
    ["resourceVersion=0", /^(?!.*three)/],
  ] as const) {
    const response = await fetch(`${hub.url}${PATH}?${query}`);
    assert.equal(response.status, 200, query);
    assert.match(await response.text(), names, query);
  }
});

interface Event {
  type: string;
  object: { metadata: Record<string, unknown> } & Record<string, unknown>;
}

async function open(query: string, accept = "application/json") {
  const stopping = new AbortController();
  const response = await fetch(`${hub.url}${PATH}?watch=1&${query}`, {
    headers: { accept },
    signal: stopping.signal,
  });
  assert.equal(response.status, 200);
  assert.ok(response.body);
  const lines = createInterface({ input: Readable.fromWeb(response.body) })[Symbol.asyncIterator]();
  return {
    async next(): Promise<Event | undefined> {
      const { value, done } = await lines.next();
      return done ? undefined : (JSON.parse(value) as Event);
    },
    stop: () => stopping.abort(),
  };
}
