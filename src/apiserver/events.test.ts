import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { after, test } from "node:test";
import { ADMIN_PASSWORD, startTestHub } from "../../test/start-hub.ts";
import { newResource } from "../resources/kinds.ts";

const hub = await startTestHub();
after(() => hub.stop());
const { store, controllers, recorder } = hub.context;
const ALL = "/api/v1/namespaces/sealos-imagehub/events";
const LIMIT = { timeout: 10_000 };

const image = await store.create(newResource("Image", "org.app.v1", { spec: { name: "org/app:v1" } }));
await store.create(newResource("DataPack", "pack", { spec: { type: "base", names: ["org/app:v1"] } }));
await controllers.idle();
await recorder.flush();

test("what cannot be asked of events is refused as Kubernetes does", async () => {
  for (const [path, code, message] of [
    [`${ALL}/nothing`, 404, /^events "nothing" not found$/],
    ["/api/v1/namespaces/default/events", 404, /^namespaces "default" not found$/],
    [`${ALL}?fieldSelector=spec.name=x`, 400, /^field label not supported: spec.name$/],
    [`${ALL}?labelSelector=a==(`, 400, /found '\('/],
    [`${ALL}?watch=1&fieldSelector=spec.name=x`, 400, /^field label not supported: spec.name$/],
    [`${ALL}?continue=abc`, 410, /list again/],
    [`${ALL}?resourceVersion=99999999`, 504, /Too large resource version/],
    [`${ALL}?resourceVersion=1&resourceVersionMatch=Exact`, 410, /only the latest is kept/],
  ] as const) {
    const response = await fetch(hub.url + path);
    const status = (await response.json()) as { code: number; message: string };
    assert.deepEqual([response.status, status.code], [code, code], path);
    assert.match(status.message, message);
  }
});

test("nobody writes events but the hub", async () => {
  for (const [method, path] of [
    ["POST", ALL],
    ["DELETE", ALL],
    ["PUT", `${ALL}/x`],
    ["PATCH", `${ALL}/x`],
    ["DELETE", `${ALL}/x`],
  ] as const) {
    const response = await fetch(hub.url + path, { method, headers: { authorization: hub.admin } });
    const status = (await response.json()) as { reason: string; message: string };
    assert.deepEqual([response.status, status.reason], [405, "MethodNotAllowed"], `${method} ${path}`);
  }
});

test("an event says what happened to which resource", async () => {
  const { items, ...list } = await json<List>(`${ALL}?fieldSelector=reason=MetadataOnly`);
  assert.deepEqual([list.kind, list.apiVersion, items.length], ["EventList", "v1", 1]);
  const [event] = items;
  assert.ok(event);
  assert.deepEqual(event.involvedObject, {
    apiVersion: "imagehub.sealos.io/v1",
    kind: "Image",
    namespace: "sealos-imagehub",
    name: "org.app.v1",
    uid: image.metadata.uid,
    resourceVersion: event.involvedObject.resourceVersion,
  });
  assert.deepEqual([event.type, event.count], ["Normal", 1]);
  assert.deepEqual(await json(`${ALL}/${event.metadata.name}`), event);
});

test("events are selected by the fields of Kubernetes", async () => {
  const uid = image.metadata.uid ?? "";
  for (const [selector, expected] of [
    [`involvedObject.name=org.app.v1,involvedObject.uid=${uid}`, ["MetadataOnly", "NeverPushed"]],
    ["involvedObject.name=org.app.v1,type=Warning", ["NeverPushed"]],
    ["involvedObject.kind=DataPack,involvedObject.namespace=sealos-imagehub", ["Complete"]],
    ["involvedObject.kind=DataPack,source=imagehub,reportingComponent!=imagehub", []],
    ["involvedObject.apiVersion=imagehub.sealos.io/v1,reason=Complete,source=imagehub", ["Complete"]],
    ["involvedObject.uid=other", []],
  ] as const) {
    const { items } = await json<List>(`${ALL}?fieldSelector=${encodeURIComponent(selector)}`);
    assert.deepEqual(items.map(({ reason }) => reason).toSorted(), expected, selector);
  }
  assert.deepEqual((await json<List>(`${ALL}?labelSelector=a=b`)).items, []);
});

test("events come in pages, and the pages are the list", async () => {
  const whole = await json<List>("/api/v1/events");
  const names: string[] = [];
  let query = "limit=2";
  for (;;) {
    const { items, metadata } = await json<List>(`${ALL}?${query}`);
    names.push(...items.map(({ metadata: { name } }) => name));
    assert.equal(metadata.resourceVersion, whole.metadata.resourceVersion);
    if (metadata.continue === undefined) break;
    assert.equal(items.length, 2);
    query = `limit=2&continue=${metadata.continue}`;
  }
  assert.deepEqual(
    names,
    whole.items.map(({ metadata }) => metadata.name),
  );
});

test("a table of events has the columns of Kubernetes", async () => {
  const response = await fetch(`${hub.url}${ALL}?fieldSelector=reason=NeverPushed`, {
    headers: { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" },
  });
  const table = (await response.json()) as {
    columnDefinitions: { name: string; priority: number }[];
    rows: { cells: unknown[] }[];
  };
  const shown = table.columnDefinitions.filter(({ priority }) => priority === 0).map(({ name }) => name);
  assert.deepEqual(shown, ["Last Seen", "Type", "Reason", "Object", "Message"]);
  const cells = table.rows[0]?.cells ?? [];
  assert.match(String(cells[0]), /^\d+s$/);
  assert.deepEqual(cells.slice(1, 4), ["Warning", "NeverPushed", "image/org.app.v1"]);
});

test("events.k8s.io has the same events, by its names of their fields", async () => {
  const all = "/apis/events.k8s.io/v1/namespaces/sealos-imagehub/events";
  const [event] = (await json<List>(`${ALL}?fieldSelector=reason=NeverPushed`)).items;
  assert.ok(event);
  const selector = "regarding.name=org.app.v1,reason=NeverPushed,reportingController=imagehub";
  const list = await json<{ apiVersion: string; kind: string; items: object[] }>(
    `${all}?fieldSelector=${encodeURIComponent(selector)}`,
  );
  assert.deepEqual([list.apiVersion, list.kind], ["events.k8s.io/v1", "EventList"]);
  const { involvedObject, message, source, count, firstTimestamp, lastTimestamp, ...same } = event;
  const { reportingComponent, ...rest } = same;
  const expected = {
    ...rest,
    apiVersion: "events.k8s.io/v1",
    regarding: involvedObject,
    note: message,
    reportingController: reportingComponent,
    deprecatedSource: source,
    deprecatedFirstTimestamp: firstTimestamp,
    deprecatedLastTimestamp: lastTimestamp,
    deprecatedCount: count,
  };
  assert.deepEqual(list.items, [expected]);
  assert.deepEqual(await json(`${all}/${event.metadata.name}`), expected);

  const accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
  const rows = async (path: string) => {
    const response = await fetch(hub.url + path, { headers: { accept } });
    const table = (await response.json()) as { rows: { cells: unknown[] }[] };
    return table.rows.map(({ cells }) => cells.slice(1, 5));
  };
  assert.deepEqual(await rows(all), await rows(ALL));

  for (const [path, code, message_] of [
    [`${all}/nothing`, 404, 'events.events.k8s.io "nothing" not found'],
    [`${all}?fieldSelector=involvedObject.name=x`, 400, "field label not supported: involvedObject.name"],
  ] as const) {
    const response = await fetch(hub.url + path);
    const status = (await response.json()) as { message: string };
    assert.deepEqual([response.status, status.message], [code, message_]);
  }
});

test("events are seen by who is logged in with a cookie", async () => {
  const about = await store.create(
    newResource("Repository", "org.hidden", { spec: { name: "org/hidden", visibility: "private" } }),
  );
  recorder.record({ about, type: "Normal", reason: "Tried", message: "by a test" });
  await recorder.flush();
  const login = await fetch(`${hub.url}/api/v1/session`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: hub.url },
    body: JSON.stringify({ name: "admin", password: ADMIN_PASSWORD }),
  });
  const [cookie = ""] = (login.headers.get("set-cookie") ?? "").split(";");
  const path = `${hub.url}${ALL}?fieldSelector=involvedObject.name=org.hidden`;
  const seen = async (headers: Record<string, string>) =>
    ((await (await fetch(path, { headers })).json()) as List).items.length;
  assert.equal(await seen({}), 0);
  assert.ok((await seen({ cookie, "sec-fetch-site": "same-origin" })) > 0);
});

test("a watch of events tells what there is, and what happens", LIMIT, async () => {
  const stopping = new AbortController();
  const query = "watch=1&fieldSelector=involvedObject.name=org";
  const response = await fetch(`${hub.url}${ALL}?${query}`, { signal: stopping.signal });
  assert.ok(response.body);
  const lines = createInterface({ input: Readable.fromWeb(response.body) })[Symbol.asyncIterator]();
  const next = async () => {
    const { type, object } = JSON.parse(String((await lines.next()).value)) as {
      type: string;
      object: List["items"][number];
    };
    return `${type} ${object.reason} ${object.count}`;
  };
  assert.equal(await next(), "ADDED PolicyInForce 1");
  const about = await store.get("Organization", "org");
  recorder.record({ about, type: "Normal", reason: "Tried", message: "by a test" });
  await recorder.flush();
  assert.equal(await next(), "ADDED Tried 1");
  recorder.record({ about, type: "Normal", reason: "Tried", message: "by a test" });
  await recorder.flush();
  assert.equal(await next(), "MODIFIED Tried 2");
  stopping.abort();
});

interface List {
  kind: string;
  apiVersion: string;
  metadata: { resourceVersion: string; continue?: string };
  items: {
    metadata: { name: string };
    involvedObject: Record<string, string>;
    type: string;
    reason: string;
    message: string;
    source: object;
    reportingComponent: string;
    firstTimestamp: string;
    lastTimestamp: string;
    count: number;
  }[];
}

async function json<T>(path: string): Promise<T> {
  const response = await fetch(hub.url + path);
  assert.equal(response.status, 200, path);
  return (await response.json()) as T;
}
