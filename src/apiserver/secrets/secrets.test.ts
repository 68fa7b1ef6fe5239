import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startTestHub } from "../../../test/start-hub.ts";
import { message, text } from "../write-protobuf.ts";

const hub = await startTestHub({ "log-level": "silent" });
after(() => hub.stop());
const ALL = "/api/v1/namespaces/sealos-imagehub/secrets";
const TYPE = "helm.sh/release.v1";
const JSON_TYPE = "application/json";
const MERGE = "application/merge-patch+json";
const JSON_PATCH = "application/json-patch+json";
/** What no error and no audit shows. */
const SECRET = "hunter2";
const ENCODED = Buffer.from(SECRET).toString("base64");

interface Secret {
  kind: string;
  metadata: { name: string; uid: string; resourceVersion: string; labels?: Record<string, string> };
  type: string;
  data?: Record<string, string>;
  immutable?: boolean;
}

interface Status {
  code: number;
  reason: string;
  message: string;
  details?: { name?: string; kind?: string; causes?: { field: string; reason: string }[] };
}

interface List {
  kind: string;
  metadata: { resourceVersion: string; continue?: string };
  items: Secret[];
}

const REFUSED_CREATES: [title: string, secret: object, code: number, expected: RegExp][] = [
  [
    "of no type",
    { type: undefined },
    422,
    /type: Unsupported value: "Opaque": .*keep this one in a cluster$/,
  ],
  [
    "of another type",
    { type: "kubernetes.io/tls" },
    422,
    /Unsupported value: "kubernetes.io\/tls": supported/,
  ],
  ["of another kind", { kind: "ConfigMap" }, 422, /ConfigMap "refused" is invalid: kind: .*must be Secret/],
  ["of another version", { apiVersion: "v2" }, 400, /does not match the expected API version \(v1\)/],
  ["in another namespace", { metadata: { name: "x", namespace: "y" } }, 400, /does not match the namespace/],
  ["without a name", { metadata: {} }, 422, /metadata.name: Required value/],
  ["of a name that is none", { metadata: { name: "A_b" } }, 422, /metadata.name: Invalid value: "A_b"/],
  ["with a label that is none", { metadata: { name: "x", labels: { "a b": "c" } } }, 422, /metadata.labels/],
  [
    "with finalizers",
    { metadata: { name: "x", finalizers: ["a/b"] } },
    422,
    /finalizers: Forbidden: .*at once/,
  ],
  [
    "with an owner",
    { metadata: { name: "x", ownerReferences: [owner()] } },
    422,
    /ownerReferences: Forbidden/,
  ],
  ["with a version", { metadata: { name: "x", resourceVersion: "1" } }, 400, /should not be set/],
  ["with data that is no map", { data: SECRET }, 400, /cannot unmarshal string into .*Secret.data/],
  [
    "with data that is no text",
    { data: { a: [SECRET] } },
    400,
    /unmarshal array into .*Secret.data of type \[\]uint8/,
  ],
  ["with data that is no base64", { data: { a: `${SECRET}!` } }, 400, /illegal base64 data/],
  ["with text that is none", { stringData: { a: 7 } }, 400, /unmarshal number into .*Secret.stringData/],
  [
    "with a key that is none",
    { data: { "a b": ENCODED } },
    422,
    /data\[a b\]: Invalid value: "a b": a valid config key/,
  ],
  [
    "that is too large",
    { data: { a: "A".repeat(1_400_000) } },
    422,
    /data: Too long: may not be more than 1048576 bytes/,
  ],
  ["with a flag that is none", { immutable: "yes" }, 400, /unmarshal string into .*Secret.immutable/],
];

for (const [title, secret, code, expected] of REFUSED_CREATES) {
  test(`a Secret ${title} is refused, and nothing of it is shown`, async () => {
    const { status, answer } = await send<Status>("POST", ALL, {
      body: { ...release("refused"), ...secret },
    });
    assert.deepEqual([status, answer.code], [code, code], answer.message);
    assert.match(answer.message, expected);
    assert.doesNotMatch(JSON.stringify(answer), new RegExp(`${SECRET}|${ENCODED}`));
  });
}

test("what cannot be read is refused without a word of it", async () => {
  for (const [type, body] of [
    [JSON_TYPE, `{"kind": "Secret", "data": ${SECRET}`],
    [JSON_TYPE, `"${SECRET}"`],
    [JSON_TYPE, `{"data": {"a": "${SECRET}"}}`],
    ["application/yaml", `a: [${SECRET}`],
    ["application/vnd.kubernetes.protobuf", SECRET],
    ["application/vnd.kubernetes.protobuf", `k8s\0\n\x7f${SECRET}`],
  ] as const) {
    const { status, answer } = await send<Status>("POST", ALL, { body, type });
    assert.deepEqual([status, answer.reason], [400, "BadRequest"], body);
    assert.doesNotMatch(answer.message, new RegExp(SECRET));
  }
  await make("unread");
  for (const [type, body] of [
    [MERGE, `{"data": ${SECRET}`],
    [JSON_PATCH, JSON.stringify([{ op: "test", path: "/data/release", value: "other" }])],
    [JSON_PATCH, JSON.stringify([{ op: "add", path: "/data/a/b", value: SECRET }])],
  ] as const) {
    const { status, answer } = await send<Status>("PATCH", `${ALL}/unread`, { body, type });
    assert.ok(status === 400 || status === 422, `${status} ${answer.message}`);
    assert.doesNotMatch(answer.message, new RegExp(`${SECRET}|${ENCODED}`));
  }
});

test("a Secret is made once, shown as it is, and its values stay in it", async () => {
  const { status, answer: made } = await send<Secret>("POST", ALL, { body: release("made") });
  assert.equal(status, 201);
  assert.deepEqual([made.kind, made.type, made.data], ["Secret", TYPE, { release: ENCODED }]);
  const { answer } = await send<Secret>("GET", `${ALL}/made`);
  assert.deepEqual(answer, made);
  const again = await send<Status>("POST", ALL, { body: release("made") });
  assert.deepEqual([again.status, again.answer.reason], [409, "AlreadyExists"]);
  assert.equal(again.answer.message, 'secrets "made" already exists');
});

test("Helm writes in protobuf", async () => {
  const body = Buffer.concat([
    Buffer.from("k8s\0"),
    message(1, [text(1, "v1"), text(2, "Secret")]),
    message(2, [
      message(1, [
        text(1, "binary"),
        text(2, ""),
        text(3, ""),
        message(11, [text(1, "owner"), text(2, "helm")]),
      ]),
      message(2, [text(1, "release"), text(2, SECRET)]),
      message(2, [text(1, "nothing")]),
      text(3, TYPE),
    ]),
  ]);
  const { status, answer } = await send<Secret>("POST", ALL, {
    body,
    type: "application/vnd.kubernetes.protobuf",
  });
  assert.equal(status, 201, JSON.stringify(answer));
  assert.deepEqual(answer.data, { release: ENCODED, nothing: "" });
  assert.deepEqual(answer.metadata.labels, { owner: "helm" });
  const options = Buffer.concat([
    Buffer.from("k8s\0"),
    message(1, [text(1, "v1"), text(2, "DeleteOptions")]),
    message(2, [message(2, [text(1, "another uid")])]),
  ]);
  const type = "application/vnd.kubernetes.protobuf";
  const kept = await send<Status>("DELETE", `${ALL}/binary`, { body: options, type });
  assert.deepEqual([kept.status, kept.answer.reason], [409, "Conflict"]);
});

test("an update needs no version, and is refused with an old one or for another object", async () => {
  const made = await make("updated");
  const body = { ...release("updated"), stringData: { release: "two" } };
  const { answer } = await send<Secret>("PUT", `${ALL}/updated`, { body });
  assert.deepEqual(answer.data, { release: base64("two") });
  assert.equal(answer.metadata.uid, made.metadata.uid);
  assert.ok(Number(answer.metadata.resourceVersion) > Number(made.metadata.resourceVersion));
  for (const metadata of [
    { name: "updated", resourceVersion: made.metadata.resourceVersion },
    { name: "updated", uid: "another" },
  ]) {
    const stale = await send<Status>("PUT", `${ALL}/updated`, { body: { ...body, metadata } });
    assert.deepEqual([stale.status, stale.answer.reason], [409, "Conflict"]);
  }
  const missing = await send<Status>("PUT", `${ALL}/nobody`, { body: release("nobody") });
  assert.deepEqual([missing.status, missing.answer.message], [404, 'secrets "nobody" not found']);
  const other = await send<Status>("PUT", `${ALL}/updated`, { body: release("other") });
  assert.match(other.answer.message, /does not match the name on the URL/);
});

test("a type stays, and what is immutable does", async () => {
  await make("fixed");
  const typed = await send<Status>("PUT", `${ALL}/fixed`, { body: { ...release("fixed"), type: "Opaque" } });
  assert.match(typed.answer.message, /type: Invalid value: "Opaque": field is immutable/);
  const { type: _, ...untyped } = release("fixed");
  const body = { ...untyped, immutable: true };
  assert.equal((await send<Secret>("PUT", `${ALL}/fixed`, { body })).answer.type, TYPE);
  for (const change of [{ immutable: null }, { data: { release: base64("other") } }]) {
    const { status, answer } = await send<Status>("PATCH", `${ALL}/fixed`, { body: change, type: MERGE });
    assert.equal(status, 422);
    assert.match(answer.message, /Forbidden: field is immutable when `immutable` is set/);
  }
  const labelled = { metadata: { labels: { a: "b" } } };
  assert.equal((await send("PATCH", `${ALL}/fixed`, { body: labelled, type: MERGE })).status, 200);
});

test("merge and JSON patches change what they name; the server applies no Secrets", async () => {
  await make("patched");
  const merge = { metadata: { labels: { a: "b" } }, data: { more: base64("x") } };
  const merged = await send<Secret>("PATCH", `${ALL}/patched`, { body: merge, type: MERGE });
  assert.deepEqual(merged.answer.data, { release: ENCODED, more: base64("x") });
  assert.deepEqual(merged.answer.metadata.labels, { a: "b" });
  const operations = [{ op: "remove", path: "/data/more" }];
  const removed = await send<Secret>("PATCH", `${ALL}/patched`, { body: operations, type: JSON_PATCH });
  assert.deepEqual(removed.answer.data, { release: ENCODED });
  const applied = await send<Status>("PATCH", `${ALL}/patched?fieldManager=helm`, {
    body: release("patched"),
    type: "application/apply-patch+yaml",
  });
  assert.equal(applied.status, 415);
  assert.match(applied.answer.message, /keep this one in a cluster/);
});

test("a dry run says what would be, and changes nothing", async () => {
  const dry = await send<Secret>("POST", `${ALL}?dryRun=All`, { body: release("dry") });
  assert.deepEqual([dry.status, dry.answer.metadata.name], [201, "dry"]);
  assert.equal((await send("GET", `${ALL}/dry`)).status, 404);
  const made = await make("dry");
  const body = { data: { release: base64("other") } };
  const patched = await send<Secret>("PATCH", `${ALL}/dry?dryRun=All`, { body, type: MERGE });
  assert.deepEqual(patched.answer.data, body.data);
  assert.equal((await send("DELETE", `${ALL}/dry?dryRun=All`)).status, 200);
  assert.equal((await send("DELETE", `${ALL}?dryRun=All`)).status, 200);
  assert.deepEqual((await send<Secret>("GET", `${ALL}/dry`)).answer, made);
});

test("a field that is not known is told, or refused when that is asked", async () => {
  const body = { ...release("strict"), spec: {} };
  const strict = await send<Status>("POST", `${ALL}?fieldValidation=Strict`, { body });
  assert.match(strict.answer.message, /strict decoding error: unknown field "spec"$/);
  const told = await send("POST", ALL, { body });
  assert.deepEqual([told.status, told.headers.get("warning")], [201, '299 - "unknown field \\"spec\\""']);
});

test("a deletion goes by its preconditions, and tells what is gone", async () => {
  const { metadata } = await make("deleted");
  const body = { preconditions: { resourceVersion: "1" } };
  const kept = await send<Status>("DELETE", `${ALL}/deleted`, { body });
  assert.deepEqual([kept.status, kept.answer.reason], [409, "Conflict"]);
  const { answer } = await send<Status & { status: string }>("DELETE", `${ALL}/deleted`);
  assert.deepEqual(
    [answer.status, answer.details],
    ["Success", { name: "deleted", kind: "secrets", uid: metadata.uid }],
  );
  assert.equal((await send("DELETE", `${ALL}/deleted`)).status, 404);
});

test("lists are selected by labels and fields, paged, and whole however long", async () => {
  await send("DELETE", ALL);
  for (let index = 10; index < 55; index += 1) {
    await send("POST", ALL, { body: release(`n${index}`, { even: String(index % 2 === 0) }) });
  }
  const all = await listed("");
  assert.deepEqual(
    all,
    Array.from({ length: 45 }, (_, index) => `n${index + 10}`),
  );
  assert.equal((await listed("?labelSelector=even=true")).length, 23);
  assert.deepEqual(await listed("?fieldSelector=metadata.name=n12"), ["n12"]);
  assert.equal((await listed(`?fieldSelector=type=${TYPE}`)).length, 45);
  assert.deepEqual(await listed("?fieldSelector=type=Opaque"), []);
  const paged: string[] = [];
  let place = "";
  do {
    const { answer } = await send<List>("GET", `/api/v1/secrets?limit=7&labelSelector=even=true${place}`);
    assert.ok(answer.items.length <= 7);
    paged.push(...answer.items.map(({ metadata }) => metadata.name));
    place = answer.metadata.continue ? `&continue=${answer.metadata.continue}` : "";
  } while (place !== "");
  assert.deepEqual(
    paged,
    all.filter((_, index) => index % 2 === 0),
  );
  await send("DELETE", `${ALL}?labelSelector=even=true`);
  assert.equal((await listed("")).length, 22);
  const { answer } = await send<List>("GET", `${ALL}?limit=1`);
  const ofSecrets = await send<Status>("GET", `/api/v1/events?continue=${answer.metadata.continue}`);
  assert.deepEqual([ofSecrets.status, ofSecrets.answer.reason], [410, "Expired"]);
});

test("a table has Kubernetes' columns, and metadata alone no values", async () => {
  await send("DELETE", ALL);
  await make("shown");
  const table = await send<{ columnDefinitions: { name: string }[]; rows: { cells: unknown[] }[] }>(
    "GET",
    ALL,
    {
      accept: "application/json;as=Table;g=meta.k8s.io;v=v1",
    },
  );
  assert.deepEqual(
    table.answer.columnDefinitions.map(({ name }) => name),
    ["Name", "Type", "Data", "Age"],
  );
  assert.deepEqual(table.answer.rows[0]?.cells.slice(0, 3), ["shown", TYPE, "1"]);
  for (const path of [ALL, `${ALL}/shown`]) {
    const { answer } = await send("GET", path, {
      accept: "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
    });
    assert.match(JSON.stringify(answer), /"shown"/);
    assert.doesNotMatch(JSON.stringify([answer, table.answer]), new RegExp(ENCODED));
  }
});

test("Secrets are not watched, and discovery does not say so", async () => {
  const watch = await send<Status>("GET", `${ALL}?watch=1`);
  assert.deepEqual([watch.status, watch.answer.reason], [405, "MethodNotAllowed"]);
  const { answer } = await send<{ resources: { name: string; verbs: string[] }[] }>("GET", "/api/v1");
  assert.deepEqual(answer.resources.find(({ name }) => name === "secrets")?.verbs, [
    "create",
    "delete",
    "deletecollection",
    "get",
    "list",
    "patch",
    "update",
  ]);
});

test("the audit says which Secret was changed, and nothing of what is in it", async () => {
  await make("audited");
  await send("PATCH", `${ALL}/audited`, { body: { data: { release: ENCODED } }, type: MERGE });
  await send("DELETE", `${ALL}/audited`);
  const { records } = await hub.context.audit.list({ resource: "audited" }, { limit: 10 });
  assert.deepEqual(records.map(({ actor, action, outcome }) => `${actor} ${action} ${outcome}`).toSorted(), [
    "admin secret.create success",
    "admin secret.delete success",
    "admin secret.update success",
  ]);
  const { records: all } = await hub.context.audit.list({}, { limit: 500 });
  assert.doesNotMatch(JSON.stringify(all), new RegExp(`${SECRET}|${ENCODED}`));
});

function release(name: string, labels?: Record<string, string>): Record<string, unknown> {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, ...(labels && { labels }) },
    type: TYPE,
    data: { release: ENCODED },
  };
}

function owner(): object {
  return { apiVersion: "v1", kind: "Namespace", name: "x", uid: "y" };
}

async function make(name: string): Promise<Secret> {
  const { status, answer } = await send<Secret>("POST", ALL, { body: release(name) });
  assert.equal(status, 201, JSON.stringify(answer));
  return answer;
}

async function listed(query: string): Promise<string[]> {
  const { answer } = await send<List>("GET", ALL + query);
  assert.equal(answer.kind, "SecretList");
  return answer.items.map(({ metadata }) => metadata.name);
}

async function send<Answer>(
  method: string,
  path: string,
  { body, type = JSON_TYPE, accept = JSON_TYPE }: { body?: unknown; type?: string; accept?: string } = {},
): Promise<{ status: number; headers: Headers; answer: Answer }> {
  const sent = Buffer.isBuffer(body)
    ? new Uint8Array(body)
    : typeof body === "string"
      ? body
      : JSON.stringify(body);
  const response = await fetch(hub.url + path, {
    method,
    headers: { authorization: hub.admin, accept, ...(body !== undefined && { "content-type": type }) },
    ...(body !== undefined && { body: sent }),
  });
  return { status: response.status, headers: response.headers, answer: (await response.json()) as Answer };
}

function base64(value: string): string {
  return Buffer.from(value).toString("base64");
}
