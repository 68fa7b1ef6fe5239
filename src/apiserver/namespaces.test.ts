import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startTestHub } from "../../test/start-hub.ts";

const hub = await startTestHub({ "log-level": "fatal" });
after(() => hub.stop());

const ALL = "/api/v1/namespaces";
const OURS = `${ALL}/sealos-imagehub`;
const JSON_TYPE = "application/json";
const MERGE = "application/merge-patch+json";
const STRATEGIC = "application/strategic-merge-patch+json";
const APPLY = "application/apply-patch+yaml";

/** Method, address, content type, body → code, and what the message tells. */
const REFUSED: [string, string, string, string, number, RegExp][] = [
  ["GET", `${ALL}?watch=true`, "", "", 405, /^watch is not supported on resources of kind "namespaces"$/],
  ["GET", `${ALL}?labelSelector=,,`, "", "", 400, /unable to parse requirement|found/],
  ["GET", `${ALL}?fieldSelector=spec.x%3D1`, "", "", 400, /^field label not supported: spec.x$/],
  ["GET", `${ALL}?resourceVersion=abc`, "", "", 400, /^invalid resource version/],
  ["GET", `${ALL}?continue=abc`, "", "", 410, /list again/],
  ["POST", `${ALL}?dryRun=None`, JSON_TYPE, namespace("other"), 422, /dryRun: Unsupported value/],
  [
    "POST",
    ALL,
    JSON_TYPE,
    '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"}}',
    422,
    /kind: Invalid value: "Pod"/,
  ],
  ["PUT", OURS, JSON_TYPE, "[]", 400, /cannot unmarshal array/],
  ["PUT", OURS, "text/plain", namespace("sealos-imagehub"), 415, /unknown format/],
  ["PUT", OURS, JSON_TYPE, namespace("other"), 400, /\(other\) does not match the name on the URL/],
  ["PUT", `${ALL}/other`, JSON_TYPE, namespace("other"), 404, /^namespaces "other" not found$/],
  ["PATCH", OURS, JSON_TYPE, "{}", 415, /unknown format/],
  ["PATCH", OURS, MERGE, "{{{", 400, /^error decoding patch/],
  ["PATCH", OURS, APPLY, namespace("sealos-imagehub"), 422, /fieldManager: Required value/],
  ["PATCH", `${ALL}/other`, STRATEGIC, "{}", 404, /^namespaces "other" not found$/],
  ["PATCH", `${ALL}/other?fieldManager=a`, APPLY, namespace("other"), 403, /the hub has one namespace/],
  ["DELETE", OURS, "", "", 405, /^delete is not supported on resources of kind "namespaces"$/],
  ["DELETE", `${ALL}/other`, "", "", 404, /^namespaces "other" not found$/],
];

for (const [method, path, type, body, code, message] of REFUSED) {
  test(`${method} ${path} ${type} ${body} is ${code}`, async () => {
    const response = await ask(method, path, { type, body });
    const status = (await response.json()) as { message: string };
    assert.equal(response.status, code, status.message);
    assert.match(status.message, message);
  });
}

test("the namespace is kept as it is by whoever changes it, and they are told", async () => {
  const changes: [string, string, string, string][] = [
    ["PUT", OURS, JSON_TYPE, namespace("sealos-imagehub")],
    ["PATCH", OURS, MERGE, '{"metadata":{"labels":{"a":"b"}}}'],
    ["PATCH", OURS, STRATEGIC, '{"metadata":{"labels":{"a":"b"}}}'],
    ["PATCH", OURS, "application/json-patch+json", '[{"op":"remove","path":"/spec"}]'],
    ["PATCH", `${OURS}?fieldManager=helm`, APPLY, namespace("sealos-imagehub")],
  ];
  const before = await (await ask("GET", OURS)).json();
  for (const [method, path, type, body] of changes) {
    const response = await ask(method, path, { type, body });
    assert.equal(response.status, 200, type);
    assert.match(response.headers.get("warning") ?? "", /the hub's namespace stays as it is/);
    assert.deepEqual(await response.json(), before);
  }
});

test("a list has the namespace when its selectors do", async () => {
  const queries: [string, number][] = [
    ["", 1],
    ["limit=1&resourceVersion=0", 1],
    ["labelSelector=kubernetes.io/metadata.name=sealos-imagehub", 1],
    ["labelSelector=a=b", 0],
    ["fieldSelector=metadata.name=sealos-imagehub,status.phase=Active", 1],
    ["fieldSelector=metadata.name=other", 0],
  ];
  for (const [query, count] of queries) {
    const response = await ask("GET", `${ALL}?${query}`);
    const { kind, items, metadata } = (await response.json()) as List;
    assert.deepEqual(
      [kind, items.length, metadata],
      ["NamespaceList", count, { resourceVersion: "1" }],
      query,
    );
  }
});

interface List {
  kind: string;
  metadata: object;
  items: unknown[];
}

function namespace(name: string): string {
  return JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
}

function ask(method: string, path: string, { type = "", body = "" } = {}): Promise<Response> {
  return fetch(hub.url + path, {
    method,
    headers: { authorization: hub.admin, ...(type !== "" && { "content-type": type }) },
    ...(body !== "" && { body }),
  });
}
