import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startTestHub } from "../../test/start-hub.ts";
import { message, text } from "./write-protobuf.ts";

const hub = await startTestHub({ "log-level": "fatal" });
after(() => hub.stop());

const ALL = "/api/v1/namespaces";
const OURS = `${ALL}/sealos-imagehub`;
const JSON_TYPE = "application/json";
const MERGE = "application/merge-patch+json";
const STRATEGIC = "application/strategic-merge-patch+json";
const JSON_PATCH = "application/json-patch+json";
const NAME_LABEL = "kubernetes.io/metadata.name";
const OWNER = { apiVersion: "v1", kind: "Namespace", name: "x", uid: "y" };
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
  ["PATCH", OURS, MERGE, '{"metadata":{"labels":7}}', 422, /labels/],
  [
    "PATCH",
    OURS,
    MERGE,
    '{"metadata":{"name":"other"}}',
    400,
    /\(other\) does not match the name on the URL/,
  ],
  ["PATCH", OURS, MERGE, said({ labels: { a: "b" } }), 403, cannot("patch")],
  ["PATCH", OURS, STRATEGIC, said({ annotations: { a: "b" } }), 403, cannot("patch")],
  ["PATCH", OURS, STRATEGIC, said({ finalizers: ["a/b"] }), 403, cannot("patch")],
  ["PATCH", OURS, JSON_PATCH, '[{"op":"add","path":"/metadata/labels/a","value":"b"}]', 403, cannot("patch")],
  ["PUT", OURS, JSON_TYPE, namespace("sealos-imagehub", { labels: { a: "b" } }), 403, cannot("update")],
  ["PUT", OURS, JSON_TYPE, namespace("sealos-imagehub", { ownerReferences: [OWNER] }), 403, cannot("update")],
  ["DELETE", OURS, "", "", 403, cannot("delete")],
  ["DELETE", `${ALL}/other`, APPLY, "{}", 404, /^namespaces "other" not found$/],
];

for (const [method, path, type, body, code, words] of REFUSED) {
  test(`${method} ${path} ${type} ${body} is ${code}`, async () => {
    const response = await ask(method, path, { type, body });
    const status = (await response.json()) as { message: string };
    assert.equal(response.status, code, status.message);
    assert.match(status.message, words);
  });
}

/** What asks for no change, or lets it be made where it is not there. */
const TOLD: [method: string, path: string, type: string, body: string][] = [
  ["PUT", OURS, JSON_TYPE, namespace("sealos-imagehub")],
  ["PUT", OURS, JSON_TYPE, namespace("sealos-imagehub", { labels: { [NAME_LABEL]: "sealos-imagehub" } })],
  ["PATCH", OURS, MERGE, '{"metadata":{"labels":null}}'],
  // What kubectl and Helm send when the namespace is in a folder, or is to be made first.
  [
    "PATCH",
    OURS,
    STRATEGIC,
    said({
      annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{}\n" },
      labels: { team: "x" },
    }),
  ],
  [
    "PATCH",
    `${OURS}?fieldManager=helm`,
    APPLY,
    namespace("sealos-imagehub", { labels: { name: "sealos-imagehub" } }),
  ],
  // Of Kubernetes neither changes anything, but below /finalize and /status.
  ["PATCH", OURS, JSON_PATCH, '[{"op":"remove","path":"/spec"}]'],
  ["PATCH", OURS, STRATEGIC, '{"status":{"phase":"Terminating"}}'],
];

test("the namespace is kept as it is by whoever makes it, and they are told", async () => {
  const before = await (await ask("GET", OURS)).json();
  for (const [method, path, type, body] of TOLD) {
    const response = await ask(method, path, { type, body });
    assert.equal(response.status, 200, `${type} ${body}`);
    assert.match(response.headers.get("warning") ?? "", /the hub's namespace stays as it is/);
    assert.deepEqual(await response.json(), before);
  }
});

test("a change of the namespace in protobuf is refused as well", async () => {
  const label = message(11, [text(1, "a"), text(2, "b")]);
  const body = Buffer.concat([
    Buffer.from("k8s\0"),
    message(1, [text(1, "v1"), text(2, "Namespace")]),
    message(2, [message(1, [text(1, "sealos-imagehub"), label])]),
  ]);
  const response = await ask("PUT", OURS, { type: "application/vnd.kubernetes.protobuf", body });
  assert.equal(response.status, 403);
});

test("who is not logged in is told so, whatever the namespace would be", async () => {
  for (const [method, path, type, body] of TOLD) {
    const response = await ask(method, path, { type, body, authorization: "" });
    const status = (await response.json()) as Status;
    assert.deepEqual([response.status, status.reason], [403, "Forbidden"]);
    assert.match(
      status.message,
      /: User "system:anonymous" cannot (?:update|patch) resource .*: log in first$/,
    );
    assert.deepEqual(status.details, { name: "sealos-imagehub", kind: "namespaces" });
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

interface Status {
  message: string;
  reason: string;
  details: object;
}

interface List {
  kind: string;
  metadata: object;
  items: unknown[];
}

function namespace(name: string, metadata: object = {}): string {
  return JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name, ...metadata } });
}

/** A patch. */
function said(metadata: object): string {
  return JSON.stringify({ metadata });
}

/** As Kubernetes says it, and why. */
function cannot(verb: string): RegExp {
  const what = `User "admin" cannot ${verb} resource "namespaces" in API group "" in the namespace "sealos-imagehub"`;
  return new RegExp(
    `^namespaces "sealos-imagehub" is forbidden: ${what}: the hub's namespace stays as it is$`,
  );
}

interface Asked {
  type?: string;
  body?: string | Uint8Array<ArrayBuffer>;
  authorization?: string;
}

function ask(
  method: string,
  path: string,
  { type = "", body = "", authorization = hub.admin }: Asked = {},
): Promise<Response> {
  const headers = {
    ...(authorization !== "" && { authorization }),
    ...(type !== "" && { "content-type": type }),
  };
  return fetch(hub.url + path, { method, headers, ...(body !== "" && { body }) });
}
