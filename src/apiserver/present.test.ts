import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startTestHub } from "../../test/start-hub.ts";
import { newResource } from "../resources/kinds.ts";

const hub = await startTestHub();
after(() => hub.stop());
const { store, policies } = hub.context;
const ALL = "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub/organizations";
const META = "g=meta.k8s.io;v=v1";
const TABLE = `application/json;as=Table;${META}`;

const NAMES = ["one", "two"];
for (const name of NAMES) {
  await policies.set(name, { defaultVisibility: "public", members: [] });
  await store.create(
    newResource("Organization", name, {
      spec: { displayName: name.toUpperCase(), description: "x".repeat(16_384) },
    }),
  );
}

/** Accept, what else is asked, and the status of the answer. */
const REFUSED: [accept: string, query: string, status: number, reason: string][] = [
  ["application/vnd.kubernetes.protobuf", "", 406, "NotAcceptable"],
  [`application/json;as=Chair;${META}`, "", 406, "NotAcceptable"],
  ["application/json;as=Table;g=meta.k8s.io;v=v2", "", 406, "NotAcceptable"],
  ["application/json;q=0", "", 406, "NotAcceptable"],
  [TABLE, "?includeObject=Some", 400, "BadRequest"],
];

test("a form that there is not is refused, whatever the verb, before anything is done", async () => {
  for (const [accept, query, status, reason] of REFUSED) {
    for (const method of ["GET", "DELETE"]) {
      const response = await ask(`/one${query}`, { method, accept });
      assert.equal(response.status, status, accept);
      assert.equal(((await response.json()) as { reason: string }).reason, reason);
    }
  }
  await store.get("Organization", "one");
});

test("what is not found is a Status, in whatever form resources are asked for", async () => {
  const response = await ask("/three", { accept: TABLE });
  assert.equal(response.status, 404);
  assert.equal(((await response.json()) as { kind: string }).kind, "Status");
});

test("the first form that the hub has is taken", async () => {
  const accept = `application/vnd.kubernetes.protobuf, ${TABLE};q=0.4, application/json;as=PartialObjectMetadata;${META};q=0.8`;
  assert.equal((await json<{ kind: string }>("/one", accept)).kind, "PartialObjectMetadata");
});

test("a table has the printer columns of its kind, and as much of each object as is asked for", async () => {
  const table = await json<Table>("", TABLE);
  assert.equal(table.kind, "Table");
  assert.deepEqual(
    table.columnDefinitions.map(({ name, priority }) => [name, priority]),
    [
      ["Name", 0],
      ["Display name", 0],
      ["Repositories", 0],
      ["Visibility", 1],
      ["Description", 1],
      ["Age", 0],
    ],
  );
  assert.deepEqual(
    table.rows.map(({ cells: [name, displayName, , visibility] }) => [name, displayName, visibility]),
    [
      ["one", "ONE", null],
      ["two", "TWO", null],
    ],
  );
  assert.match(String(table.rows[0]?.cells.at(-1)), /^\d+s$/);
  assert.deepEqual(Object.keys(table.rows[0]?.object ?? {}), ["kind", "apiVersion", "metadata"]);
  assert.ok(table.metadata.resourceVersion);
  const whole = await json<Table>("/one?includeObject=Object", TABLE);
  assert.equal(whole.rows[0]?.object?.kind, "Organization");
  assert.equal((await json<Table>("?includeObject=None", TABLE)).rows[0]?.object, undefined);
});

test("metadata alone is without spec and status", async () => {
  const list = await json<{ kind: string; items: object[] }>(
    "",
    `application/json;as=PartialObjectMetadataList;${META}`,
  );
  assert.equal(list.kind, "PartialObjectMetadataList");
  for (const item of list.items) assert.deepEqual(Object.keys(item), ["kind", "apiVersion", "metadata"]);
});

test("a large answer is packed for who takes that, with the same content", async () => {
  for (const [encoding, packed] of [
    ["gzip", "gzip"],
    ["br, gzip;q=0.5", "gzip"],
    ["gzip;q=0", null],
    ["identity", null],
  ] as const) {
    const response = await ask("", { accept: "application/json", encoding });
    assert.equal(response.headers.get("content-encoding"), packed, encoding);
    assert.match(response.headers.get("vary") ?? "", /Accept-Encoding/);
    assert.equal(((await response.json()) as { items: unknown[] }).items.length, NAMES.length);
  }
});

interface Table {
  kind: string;
  metadata: { resourceVersion?: string };
  columnDefinitions: { name: string; priority: number }[];
  rows: { cells: unknown[]; object?: { kind: string } }[];
}

function ask(
  path: string,
  { method = "GET", accept, encoding = "identity" }: { method?: string; accept: string; encoding?: string },
): Promise<Response> {
  const headers = { accept, authorization: hub.admin, "accept-encoding": encoding };
  return fetch(hub.url + ALL + path, { method, headers });
}

async function json<T>(path: string, accept: string): Promise<T> {
  const response = await ask(path, { accept });
  assert.equal(response.status, 200, path);
  return (await response.json()) as T;
}
