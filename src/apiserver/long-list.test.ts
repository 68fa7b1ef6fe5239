import assert from "node:assert/strict";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { after, test } from "node:test";
import { setImmediate, setTimeout } from "node:timers/promises";
import type { FastifyReply } from "fastify";
import { startTestHub } from "../../test/start-hub.ts";
import { parseRepositoryName } from "../oci/reference.ts";
import { newResource, type Repository } from "../resources/kinds.ts";
import { WHOLE } from "./form.ts";
import { sendList } from "./long-list.ts";

const hub = await startTestHub();
after(() => hub.stop());
const { store, content, controllers, recorder } = hub.context;
const REPOSITORIES = "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub/repositories";
const EVENTS = "/api/v1/namespaces/sealos-imagehub/events";
const META = "g=meta.k8s.io;v=v1";
const TABLE = `application/json;as=Table;${META}`;
const METADATA = `application/json;as=PartialObjectMetadataList;${META}`;
/** More than two pages of 500, and every third hidden. */
const COUNT = 1100;

const numbers = Array.from({ length: COUNT }, (_, index) => index);
const nameOf = (number: number): string => `r${1000 + number}`;
const isHidden = (number: number): boolean => number % 3 === 0;
const ALL = numbers.map((number) => `org.${nameOf(number)}`);
const PUBLIC = numbers.filter((number) => !isHidden(number)).map((number) => `org.${nameOf(number)}`);
// So that nothing but these tests changes what is listed.
await controllers.stop();
for (const about of await Promise.all(numbers.map(add))) {
  recorder.record({ about, type: "Normal", reason: "Empty", message: "Nothing was pushed to it yet" });
  // No more of them may wait than a few hundred.
  if (about.metadata.name.endsWith("00")) await recorder.flush();
}
await recorder.flush();

async function add(number: number): Promise<Repository> {
  const visibility = isHidden(number) ? "private" : "public";
  const spec = { name: `org/${nameOf(number)}`, visibility, description: "x".repeat(100) } as const;
  await content.repositories.ensure(parseRepositoryName(spec.name), { visibility });
  return store.create(newResource("Repository", `org.${nameOf(number)}`, { spec }));
}

test("a list without a limit is whole, in every form", async () => {
  for (const [accept, kind] of [
    ["application/json", "RepositoryList"],
    [METADATA, "PartialObjectMetadataList"],
    [TABLE, "Table"],
    [TABLE.replace("v=v1", "v=v1beta1"), "Table"],
  ] as const) {
    const list = await json<List>(REPOSITORIES, { accept, authorization: hub.admin });
    assert.equal(list.kind, kind);
    assert.match(list.metadata.resourceVersion, /^\d+$/);
    assert.equal(list.metadata.continue, undefined);
    assert.deepEqual(namesOf(list), ALL, accept);
  }
});

test("a whole list shows the moment of its first page, whatever changes while it is sent", async (t) => {
  const before = await json<List>(`${REPOSITORIES}?limit=10000`);
  const list = store.list.bind(store);
  let isChanged = false;
  t.mock.method(store, "list", (async (...args: Parameters<typeof list>) => {
    if (args[1]?.continue !== undefined && !isChanged) {
      isChanged = true;
      await store.delete("Repository", ALL.at(-2) ?? "");
      await store.create(newResource("Repository", "org.z", { spec: { name: "org/z" } }));
    }
    return list(...args);
  }) as typeof store.list);
  const whole = await json<List>(REPOSITORIES);
  assert.ok(isChanged);
  assert.deepEqual(whole, before);
  t.mock.restoreAll();
  await store.delete("Repository", "org.z");
  await add(COUNT - 2);
});

test("who sees a part gets all of that part, without a gap or an end too soon", async () => {
  assert.deepEqual(namesOf(await json<List>(REPOSITORIES, { authorization: "" })), PUBLIC);
});

test("a list goes on without a limit to its end", async () => {
  const page = await json<List>(`${REPOSITORIES}?limit=100`);
  const rest = await json<List>(`${REPOSITORIES}?continue=${page.metadata.continue}`);
  assert.deepEqual([...namesOf(page), ...namesOf(rest)], ALL);
  assert.equal(rest.metadata.resourceVersion, page.metadata.resourceVersion);
});

test("a limit is honoured, to 10,000", async () => {
  assert.equal(namesOf(await json<List>(`${REPOSITORIES}?limit=500`)).length, 500);
  assert.equal(namesOf(await json<List>(`${REPOSITORIES}?limit=99999`)).length, COUNT);
});

test("what fits a page says how long it is, and what does not is packed as well", async () => {
  const short = await ask(`${REPOSITORIES}?limit=10`, { headers: { "accept-encoding": "identity" } });
  assert.equal(Number(short.headers.get("content-length")), (await short.text()).length);
  const long = await ask(REPOSITORIES, { headers: { "accept-encoding": "gzip" } });
  assert.equal(long.headers.get("content-encoding"), "gzip");
  assert.equal(long.headers.get("content-type"), "application/json; charset=utf-8");
  assert.deepEqual(namesOf((await long.json()) as List), ALL);
});

test("who asks for the headers alone has no more pages read", async (t) => {
  const list = t.mock.method(store, "list");
  const { status, headers } = await ask(REPOSITORIES, { method: "HEAD", headers: {} });
  assert.deepEqual([status, headers.get("content-type")], [200, "application/json; charset=utf-8"]);
  const read = list.mock.callCount();
  await setTimeout(100);
  assert.equal(list.mock.callCount(), read);
  assert.ok(read <= 2, String(read));
});

test("events without a limit are all there, in both groups", async () => {
  for (const path of [EVENTS, EVENTS.replace("/api/v1", "/apis/events.k8s.io/v1")]) {
    const list = await json<List>(path);
    assert.ok(namesOf(list).length >= COUNT, String(namesOf(list).length));
    assert.deepEqual(namesOf(list), [...new Set(namesOf(list))].toSorted());
    assert.equal(list.metadata.continue, undefined);
  }
  assert.equal(namesOf(await json<List>(`${EVENTS}?limit=500`)).length, 500);
});

test("a page that cannot be read breaks the connection, packed or not", async (t) => {
  for (const encoding of ["identity", "gzip"]) {
    let pages = 0;
    const list = store.list.bind(store);
    const mock = t.mock.method(store, "list", (async (...args: Parameters<typeof list>) => {
      if (args[0] === "Repository") pages += 1;
      if (pages > 3) throw new Error("the disk is gone");
      return list(...args);
    }) as typeof store.list);
    const response = await ask(REPOSITORIES, { headers: { "accept-encoding": encoding } });
    assert.equal(response.status, 200);
    await assert.rejects(response.text(), encoding);
    mock.mock.restore();
  }
});

test("pages are read as a client takes them, and no more when it goes", async () => {
  let pages = 0;
  let isEnded = false;
  async function* rest() {
    try {
      for (; pages < 10; pages += 1) yield [{ kind: "Repository", metadata: { name: "x".repeat(100_000) } }];
    } finally {
      isEnded = true;
    }
  }
  const sent = Promise.withResolvers<Readable>();
  const reply = { type: () => reply, header: () => reply, send: sent.resolve, request: { headers: {} } };
  const first = { kind: "RepositoryList", metadata: {}, items: [] };
  sendList({ reply: reply as unknown as FastifyReply, form: WHOLE }, { first, rest: rest() });
  const stream = await sent.promise;
  await once(stream, "readable");
  await setImmediate();
  assert.ok(pages <= 2, String(pages));
  stream.destroy();
  await once(stream, "close");
  assert.ok(isEnded && pages <= 3, String(pages));
});

interface List {
  kind: string;
  metadata: { resourceVersion: string; continue?: string };
  items?: Repository[];
  rows?: { object: Repository }[];
}

function namesOf({ items, rows = [] }: List): string[] {
  return (items ?? rows.map(({ object }) => object)).map(({ metadata }) => metadata.name);
}

async function json<T>(
  path: string,
  { accept = "application/json", authorization = hub.admin } = {},
): Promise<T> {
  const response = await ask(path, { headers: { accept, ...(authorization && { authorization }) } });
  assert.equal(response.status, 200, path);
  return (await response.json()) as T;
}

function ask(path: string, { headers, ...init }: RequestInit & { headers: Record<string, string> }) {
  const all = "accept" in headers ? headers : { authorization: hub.admin, ...headers };
  return fetch(hub.url + path, { ...init, headers: all });
}
