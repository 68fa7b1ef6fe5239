import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  ALL,
  ENCODED,
  JSON_PATCH,
  MERGE,
  openSecretsBench,
  PROTOBUF,
  release,
  SHOWN,
  type Status,
  VALUE,
} from "./secrets.fixture.ts";

const { hub, send, make } = await openSecretsBench();
after(() => hub.stop());

/** What differs from a Secret of a release → how it is refused. */
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
  ["with data that is no map", { data: VALUE }, 400, /cannot unmarshal string into .*Secret.data/],
  [
    "with data that is no text",
    { data: { a: [VALUE] } },
    400,
    /unmarshal array into .*Secret.data of type \[\]uint8/,
  ],
  ["with data that is no base64", { data: { a: `${VALUE}!` } }, 400, /illegal base64 data/],
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
    assert.doesNotMatch(JSON.stringify(answer), SHOWN);
  });
}

test("what cannot be read is refused without a word of it", async () => {
  for (const [type, body] of [
    ["application/json", `{"kind": "Secret", "data": ${VALUE}`],
    ["application/json", `"${VALUE}"`],
    ["application/json", `{"data": {"a": "${VALUE}"}}`],
    ["application/yaml", `a: [${VALUE}`],
    [PROTOBUF, VALUE],
    [PROTOBUF, `k8s\0\n\x7f${VALUE}`],
  ] as const) {
    const { status, answer } = await send<Status>("POST", ALL, { body, type });
    assert.deepEqual([status, answer.reason], [400, "BadRequest"], body);
    assert.doesNotMatch(answer.message, SHOWN);
  }
  await make("unread");
  for (const [type, body] of [
    [MERGE, `{"data": ${VALUE}`],
    [JSON_PATCH, JSON.stringify([{ op: "test", path: "/data/release", value: "other" }])],
    [JSON_PATCH, JSON.stringify([{ op: "add", path: "/data/a/b", value: VALUE }])],
  ] as const) {
    const { status, answer } = await send<Status>("PATCH", `${ALL}/unread`, { body, type });
    assert.ok(status === 400 || status === 422, `${status} ${answer.message}`);
    assert.doesNotMatch(answer.message, SHOWN);
  }
});

function owner(): object {
  return { apiVersion: "v1", kind: "Namespace", name: "x", uid: "y" };
}
