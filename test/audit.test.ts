import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import type { AuditEntry, AuditPage } from "../src/api/contract/audit.ts";
import { buildImage } from "./image-builder.ts";
import { bearer, pushImage } from "./registry-client.ts";
import { basic, startTestHub } from "./start-hub.ts";

const hub = await startTestHub({ "log-level": "fatal" });
after(() => hub.stop());
const NAMED = "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub";
const ALICE_PASSWORD = "alice's secret phrase";
const alice = basic("alice", ALICE_PASSWORD);
await ask("POST", "/api/v1/users", { body: { name: "alice", password: ALICE_PASSWORD } });
await ask("POST", "/api/v1/users", { body: { name: "bob", password: "bob's secret phrase" } });
const bob = basic("bob", "bob's secret phrase");

interface Asked {
  authorization?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

async function ask(method: string, path: string, { authorization, body, headers }: Asked = {}) {
  const response = await fetch(hub.url + path, {
    method,
    headers: {
      ...(authorization !== undefined && { authorization }),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

async function audit(query = "", authorization = hub.admin): Promise<AuditEntry[]> {
  const { status, text } = await ask("GET", `/api/v1/audit?limit=500&${query}`, { authorization });
  assert.equal(status, 200, text);
  return (JSON.parse(text) as AuditPage).items;
}

/** What is refused is written when the answer has gone. */
async function until(look: () => Promise<AuditEntry[]>, count: number): Promise<AuditEntry[]> {
  for (;;) {
    const entries = await look();
    if (entries.length >= count) return entries;
  }
}

function shown({ actor, action, resource, outcome }: AuditEntry): string {
  return [actor, action, resource, outcome].join(" ");
}

test("nobody reads the audit but administrators and owners", async () => {
  assert.equal((await ask("GET", "/api/v1/audit")).status, 401);
  const limited = await ask("POST", "/api/v1/tokens", {
    authorization: hub.admin,
    body: { name: "reader", scopes: ["read"] },
  });
  const { token } = JSON.parse(limited.text) as { token: string };
  const refused = await ask("GET", "/api/v1/audit", { authorization: `Bearer ${token}` });
  assert.equal(refused.status, 403);
  assert.deepEqual(await audit("organization=alice", bob), []);
});

test("a query that is none is refused", async () => {
  for (const query of ["since=yesterday", "outcome=good", "limit=0", "continue=x", "format=xml", "who=me"]) {
    const { status, text } = await ask("GET", `/api/v1/audit?${query}`, { authorization: hub.admin });
    assert.equal(status, 400, `${query}: ${text}`);
  }
});

test("a push, a tag that moves and what is deleted are told, with who, from where and what", async () => {
  const [first, second] = [
    await buildImage({ layers: [{ files: { a: "1" } }] }),
    await buildImage({ layers: [{ files: { a: "2" } }] }),
  ];
  const authorization = await bearer(hub, ["repository:alice/app:pull,push,delete"], alice);
  const push = { repository: "alice/app", authorization };
  await pushImage(hub, first, { ...push, reference: "v1" });
  await pushImage(hub, second, { ...push, reference: "v1" });
  await ask("DELETE", "/v2/alice/app/manifests/v1", { authorization });
  await ask("DELETE", `/v2/alice/app/manifests/${first.digest}`, { authorization });
  const entries = await audit("resource=alice/app", alice);
  assert.deepEqual(entries.map(shown), [
    `alice manifest.delete alice/app@${first.digest} success`,
    "alice tag.delete alice/app:v1 success",
    "alice manifest.push alice/app:v1 success",
    "alice manifest.push alice/app:v1 success",
  ]);
  const [deleted, , moved, made] = entries;
  assert.deepEqual([made?.digest, made?.previousDigest], [first.digest, undefined]);
  assert.deepEqual([moved?.digest, moved?.previousDigest], [second.digest, first.digest]);
  assert.equal(deleted?.digest, first.digest);
  assert.match(made?.address ?? "", /127\.0\.0\.1$/);
  assert.ok(Math.abs(Date.parse(made?.at ?? "") - Date.now()) < 60_000);
});

test("what the registry refuses is told, and a request that asks where to log in is not", async () => {
  const authorization = await bearer(hub, ["repository:alice/app:push"], bob);
  const before = (await audit("outcome=denied&action=blob")).length;
  assert.equal((await ask("POST", "/v2/alice/app/blobs/uploads/")).status, 401);
  assert.equal((await ask("POST", "/v2/alice/app/blobs/uploads/", { authorization })).status, 401);
  assert.equal((await ask("PUT", "/v2/alice/app/manifests/v9", { authorization, body: {} })).status, 401);
  const entries = await until(() => audit("outcome=denied&organization=alice"), 2);
  assert.deepEqual(entries.map(shown), [
    "bob manifest.push alice/app:v9 denied",
    "bob blob.push alice/app denied",
  ]);
  assert.equal((await audit("outcome=denied&action=blob")).length, before + 1);
});

test("every write of the Kubernetes API is told, done or refused, and a dry run is not", async () => {
  const spec = { name: "alice/notes", visibility: "private" };
  const body = {
    apiVersion: "imagehub.sealos.io/v1",
    kind: "Repository",
    metadata: { name: "alice.notes" },
    spec,
  };
  const url = `${NAMED}/repositories`;
  const patch = { "content-type": "application/merge-patch+json" };
  await ask("POST", `${url}?dryRun=All`, { authorization: alice, body });
  await ask("POST", url, { authorization: bob, body });
  await ask("POST", url, { authorization: alice, body });
  const change = { body: { spec: { description: "notes" } }, headers: patch };
  await ask("PATCH", `${url}/alice.notes`, { authorization: alice, ...change });
  await ask("PATCH", `${url}/alice.notes`, { authorization: bob, ...change });
  await ask("DELETE", `${url}/alice.notes`, { authorization: alice, body: { dryRun: ["All"] } });
  await ask("DELETE", `${url}/alice.notes`, { authorization: alice });
  assert.deepEqual((await audit("action=repository", alice)).map(shown), [
    "alice repository.delete alice/notes success",
    "alice repository.update alice/notes success",
    "alice repository.create alice/notes success",
    "bob repository.create alice/notes denied",
  ]);
  // Whom a repository is hidden from did not say whose it is.
  assert.deepEqual((await audit("action=repository&actor=bob&outcome=failed")).map(shown), [
    "bob repository.update alice.notes failed",
  ]);
});

test("writes of the JSON API and log-ins are told, with counts of what is the same", async () => {
  for (const password of ["wrong one", "wrong two"]) {
    await ask("GET", "/api/v1/me", { authorization: basic("alice", password) });
    await ask("GET", "/api/v1/me", { authorization: basic(password.replace(" ", "-"), "x") });
  }
  const made = await ask("POST", "/api/v1/tokens", {
    authorization: alice,
    body: { name: "ci", scopes: ["admin"] },
  });
  const { id, token } = JSON.parse(made.text) as { id: string; token: string };
  await ask("DELETE", `/api/v1/tokens/${id}`, { authorization: `Bearer ${token}` });
  assert.deepEqual((await audit("action=login&outcome=denied")).map(shown), [
    " login password denied",
    "alice login password denied",
  ]);
  assert.deepEqual((await audit("action=login&actor=alice&outcome=success")).map(shown), [
    "alice login token success",
    "alice login password success",
  ]);
  const [deleted, created] = await audit("action=token&actor=alice");
  assert.deepEqual(
    [deleted, created].map((entry) => entry && shown(entry)),
    [`alice token.delete ${id} success`, `alice token.create  success`],
  );
  assert.equal(deleted?.token, id);
});

test("a job is told by its kind", async () => {
  await ask("POST", "/api/v1/jobs", { authorization: hub.admin, body: { kind: "check", quick: true } });
  assert.deepEqual((await audit("action=job")).map(shown), ["admin job.create check success"]);
});

test("a write that says dryRun where there is no such thing is told, and a deletion that says it is none", async () => {
  const zoe = basic("zoe", "zoe's secret phrase");
  await ask("POST", "/api/v1/users?dryRun=true", { body: { name: "zoe", password: "zoe's secret phrase" } });
  await ask("POST", "/api/v1/tokens?dryRun=All", {
    authorization: zoe,
    body: { name: "ci", scopes: ["read"] },
  });
  assert.equal(
    (await ask("DELETE", "/api/v1/users/zoe?dryRun=true", { authorization: hub.admin })).status,
    200,
  );
  assert.equal(
    (await ask("DELETE", "/api/v1/users/zoe?dryRun=false&organizations=keep", { authorization: hub.admin }))
      .status,
    200,
  );
  const entries = [...(await audit("actor=zoe&action=token")), ...(await audit("action=user.delete"))];
  assert.deepEqual(entries.map(shown), ["zoe token.create  success", "admin user.delete zoe success"]);
});

test("all of it is exported as lines of JSON", async () => {
  const { headers, text } = await ask("GET", "/api/v1/audit?format=jsonl", { authorization: hub.admin });
  assert.equal(headers.get("content-type"), "application/jsonl");
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as AuditEntry);
  const ids = lines.map(({ id }) => id);
  assert.deepEqual(
    ids,
    ids.toSorted((left, right) => right - left),
  );
  assert.ok(lines.length > 10);
});

/** What only the one who sends it may know; written as names are, where a body or an address could hide it. */
const SECRETS = {
  password: `pw-${randomUUID()}`,
  token: `ihp_${randomUUID().replaceAll("-", "")}`,
  bearer: `eyJhbGciOiJFUzI1NiJ9.${randomUUID()}.c2ln`,
};

test("no secret that is sent to any route that writes is in the audit", async () => {
  const before = await audit();
  const { paths } = JSON.parse((await ask("GET", "/api/v1/openapi.json")).text) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const { password, token, bearer: signed } = SECRETS;
  const body = {
    name: token,
    password,
    newPassword: password,
    kind: password,
    spec: { name: `alice/${token}`, description: password },
    metadata: { name: token, annotations: { note: password } },
    secret: signed,
  };
  const authorizations = [
    hub.admin,
    basic(password, password),
    basic("alice", password),
    `Bearer ${token}`,
    `Bearer ${signed}`,
  ];
  const kubernetes = ["repositories", "images", "organizations", "datapacks", "users"].flatMap((plural) => [
    ["post", `${NAMED}/${plural}`],
    ...["put", "patch", "delete"].map((method) => [method, `${NAMED}/${plural}/{name}`]),
  ]);
  const registry = ["put", "delete"].map((method) => [method, "/v2/alice/app/manifests/{name}"]);
  const json = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => [method, path]),
  );
  const writes = [...json, ...kubernetes, ...registry].filter(([method]) => method !== "get");
  assert.ok(writes.length > 25, String(writes.length));
  for (const [method = "", path = ""] of writes) {
    // A path cannot be told from a name: only what is known to be a token is found there.
    const url = `${path.replaceAll(/\{[^}]+\}|\*/g, token)}?note=${password}&scope=${password}`;
    for (const authorization of authorizations) {
      await ask(method.toUpperCase(), url, {
        authorization,
        body,
        headers: { cookie: `imagehub_session=${signed}` },
      });
    }
  }
  const form = new URLSearchParams({ grant_type: "password", username: password, password });
  await fetch(`${hub.url}/token`, { method: "POST", body: form });
  assert.ok((await audit()).length > before.length + 10);
  const rows = await hub.context.database.read.selectFrom("audit").selectAll().execute();
  const text = JSON.stringify(rows);
  for (const [what, secret] of Object.entries(SECRETS)) assert.ok(!text.includes(secret), what);
  assert.ok(!text.includes(ALICE_PASSWORD));
});
