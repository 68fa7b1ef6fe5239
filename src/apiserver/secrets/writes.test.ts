import assert from "node:assert/strict";
import { after, test } from "node:test";
import { message, text } from "../write-protobuf.ts";
import {
  ALL,
  base64,
  ENCODED,
  JSON_PATCH,
  MERGE,
  openSecretsBench,
  PROTOBUF,
  release,
  SHOWN,
  type Secret,
  type Status,
  TYPE,
  VALUE,
} from "./secrets.fixture.ts";

const { hub, send, make } = await openSecretsBench();
after(() => hub.stop());

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
      message(2, [text(1, "release"), text(2, VALUE)]),
      message(2, [text(1, "nothing")]),
      text(3, TYPE),
    ]),
  ]);
  const { status, answer } = await send<Secret>("POST", ALL, {
    body,
    type: PROTOBUF,
  });
  assert.equal(status, 201, JSON.stringify(answer));
  assert.deepEqual(answer.data, { release: ENCODED, nothing: "" });
  assert.deepEqual(answer.metadata.labels, { owner: "helm" });
  const options = Buffer.concat([
    Buffer.from("k8s\0"),
    message(1, [text(1, "v1"), text(2, "DeleteOptions")]),
    message(2, [message(2, [text(1, "another uid")])]),
  ]);
  const kept = await send<Status>("DELETE", `${ALL}/binary`, { body: options, type: PROTOBUF });
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
  const { answer } = await send<Status>("DELETE", `${ALL}/deleted`);
  assert.deepEqual(
    [answer.status, answer.details],
    ["Success", { name: "deleted", kind: "secrets", uid: metadata.uid }],
  );
  assert.equal((await send("DELETE", `${ALL}/deleted`)).status, 404);
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
  assert.doesNotMatch(JSON.stringify(all), SHOWN);
});
