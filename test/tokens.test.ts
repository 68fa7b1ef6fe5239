import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Me } from "../src/api/contract/me.ts";
import type { Problem } from "../src/api/contract/problem.ts";
import type { NewToken, Token, TokenList, TokenShownOnce } from "../src/api/contract/tokens.ts";
import { createTokenText } from "../src/auth/token-text.ts";
import { buildImage } from "./image-builder.ts";
import { bearer, pushImage } from "./registry-client.ts";
import { basic, startTestHub } from "./start-hub.ts";

const hub = await startTestHub({ "listen-tls": "127.0.0.1:0" });
after(() => hub.stop());
const PASSWORD = "correct horse battery";
const alice = basic("alice", PASSWORD);
for (const name of ["alice", "bob"]) await hub.context.accounts.register({ name, password: PASSWORD });
const image = await buildImage({ layers: [{ files: { "README.md": "# Hello" } }] });
for (const name of ["app", "other", "shown"])
  await pushImage(hub, image, { repository: `alice/${name}`, reference: "v1", authorization: alice });
await hub.context.controllers.idle();
for (const name of ["app", "other"])
  assert.equal((await asPatch(`repositories/alice.${name}`, alice, { visibility: "private" })).status, 200);
await hub.context.controllers.idle();

const READ: NewToken = { name: "ci", scopes: ["read"] };

/** Body → the field and the words of its refusal. */
const REFUSED: [string, object, number, RegExp][] = [
  ["no name", { scopes: ["read"] }, 400, /name/],
  ["a name with a line feed", { name: "a\nb", scopes: ["read"] }, 400, /name/],
  ["no scope", { name: "x", scopes: [] }, 400, /scopes/],
  ["an unknown scope", { name: "x", scopes: ["root"] }, 400, /scopes.*: read, write, delete, admin$/],
  ["a pattern that is none", { ...READ, repositories: ["Org/App"] }, 400, /repositories/],
  [
    "21 patterns",
    { ...READ, repositories: Array.from({ length: 21 }, (_, i) => `a/${i}`) },
    400,
    /repositories/,
  ],
  ["a time that is none", { ...READ, expiresAt: "tomorrow" }, 400, /expiresAt/],
  ["a time that is over", { ...READ, expiresAt: "2001-01-01T00:00:00Z" }, 422, /expected a time to come/],
  ["a field that is none", { ...READ, scope: "read" }, 400, /no scope/],
];

for (const [what, body, status, message] of REFUSED) {
  test(`a token with ${what} is refused`, async () => {
    const response = await request("POST", "/api/v1/tokens", alice, body);
    const problem = (await response.json()) as Problem;
    assert.equal(response.status, status);
    assert.match(response.headers.get("content-type") ?? "", /^application\/problem\+json/);
    assert.match(`${problem.field} ${problem.detail}`, message);
  });
}

test("a token with a wrong checksum, one of another hub, and one of no form let nobody in", async () => {
  const { token } = await create(READ);
  const wrong = token.slice(0, -1) + (token.endsWith("0") ? "1" : "0");
  for (const [text, message] of [
    [wrong, /copied whole/],
    [token.slice(0, -1), /copied whole/],
    [createTokenText(), /not known here/],
  ] as const) {
    const response = await request("GET", "/api/v1/me", `Bearer ${text}`);
    assert.equal(response.status, 401, text);
    assert.match(((await response.json()) as Problem).detail ?? "", message);
  }
  for (const text of [wrong, createTokenText()])
    assert.equal((await request("GET", "/token", basic("alice", text))).status, 401);
});

test("a token is no password of another user", async () => {
  const { token } = await create(READ);
  assert.equal((await request("GET", "/api/v1/me", basic("bob", token))).status, 401);
});

test("a token without its text anywhere but in the answer that made it", async () => {
  const { token, id } = await create(READ);
  assert.match(token, /^ihp_[0-9A-Za-z]{49}$/);
  const list = await (await request("GET", "/api/v1/tokens", alice)).text();
  assert.ok(list.includes(id));
  assert.ok(!list.includes(token.slice(4, 20)));
  const rows = await hub.context.database.read.selectFrom("tokens").selectAll().execute();
  assert.ok(!JSON.stringify(rows).includes(token.slice(4, 20)));
});

test("tokens of others are not there", async () => {
  const { id } = await create(READ);
  for (const [method, body] of [
    ["PATCH", { name: "x" }],
    ["DELETE", undefined],
  ] as const)
    assert.equal((await request(method, `/api/v1/tokens/${id}`, basic("bob", PASSWORD), body)).status, 404);
  const list = (await (await request("GET", "/api/v1/tokens", basic("bob", PASSWORD))).json()) as TokenList;
  assert.deepEqual(list.items, []);
  assert.equal((await request("GET", "/api/v1/tokens", undefined)).status, 401);
  assert.equal((await request("GET", "/api/v1/kubeconfig", undefined)).status, 401);
});

test("a limited token makes, lists and changes no tokens, and may end itself", async () => {
  for (const words of [READ, { ...READ, scopes: ["admin"], repositories: ["alice/*"] } satisfies NewToken]) {
    const { token, id } = await create(words);
    const by = `Bearer ${token}`;
    assert.equal((await request("POST", "/api/v1/tokens", by, READ)).status, 403);
    assert.equal((await request("GET", "/api/v1/tokens", by)).status, 403);
    assert.equal((await request("PATCH", `/api/v1/tokens/${id}`, by, { scopes: ["admin"] })).status, 403);
    assert.equal((await request("DELETE", `/api/v1/tokens/${id}`, by)).status, 204);
    assert.equal((await request("GET", "/api/v1/me", by)).status, 401);
  }
});

test("an administrator's token is an administrator's only with scope admin and all repositories", async () => {
  for (const [words, isAdministrator] of [
    [READ, false],
    [{ ...READ, scopes: ["read", "write", "delete"] }, false],
    [{ ...READ, scopes: ["admin"], repositories: ["alice/*"] }, false],
    [{ ...READ, scopes: ["admin"] }, true],
  ] satisfies [NewToken, boolean][]) {
    const { token } = await create(words, hub.admin);
    const me = (await (await request("GET", "/api/v1/me", `Bearer ${token}`)).json()) as Me;
    assert.deepEqual([me.name, me.administrator], ["admin", isAdministrator]);
    const jobs = await request("GET", "/api/v1/jobs", `Bearer ${token}`);
    assert.equal(jobs.status, isAdministrator ? 200 : 403);
  }
});

test("an expired token ends, for registry tokens that it got before as well", async () => {
  const { token, id } = await create({ ...READ, expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
  const pull = await pullToken("alice/app", token);
  assert.equal(await pulled("alice/app", pull), 200);
  // As if an hour had passed.
  await hub.context.database.write((transaction) =>
    transaction.updateTable("tokens").set({ expires_at: 1 }).where("id", "=", id).execute(),
  );
  assert.equal(await pulled("alice/app", pull), 401);
  const response = await request("GET", "/api/v1/me", `Bearer ${token}`);
  assert.match(((await response.json()) as Problem).detail ?? "", /has expired/);
});

test("a token that is revoked in the middle of a push ends it at the next request", async () => {
  const { token, id } = await create({ name: "push", scopes: ["read", "write"] });
  const authorization = await bearer(hub, ["repository:alice/app:pull,push"], basic("alice", token));
  const uploads = `${hub.url}/v2/alice/app/blobs/uploads/`;
  const started = await fetch(uploads, { method: "POST", headers: { authorization } });
  assert.equal(started.status, 202);
  assert.equal((await request("DELETE", `/api/v1/tokens/${id}`, alice)).status, 204);
  const next = await fetch(hub.url + started.headers.get("location"), {
    method: "PATCH",
    headers: { authorization },
    body: "more",
  });
  assert.equal(next.status, 401);
  assert.match(next.headers.get("www-authenticate") ?? "", /error="invalid_token"/);
  assert.equal((await request("GET", "/token", basic("alice", token))).status, 401);
});

test("a token that is narrowed ends what was got with it before", async () => {
  const { token, id } = await create({ ...READ, repositories: ["alice/*"] });
  const pull = await pullToken("alice/app", token);
  assert.equal(await pulled("alice/app", pull), 200);
  const changed = await request("PATCH", `/api/v1/tokens/${id}`, alice, {
    repositories: ["alice/other"],
    expiresAt: null,
  });
  assert.deepEqual(((await changed.json()) as Token).repositories, ["alice/other"]);
  assert.equal(await pulled("alice/app", pull), 401);
  assert.equal(await pulled("alice/app", await pullToken("alice/app", token)), 401);
  assert.equal(await pulled("alice/other", await pullToken("alice/other", token)), 200);
});

/** What a token is for → what a registry token gets of `alice/app`. */
const GRANTS: [NewToken["scopes"], string[], string][] = [
  [["read"], [], "pull"],
  [["write"], [], "push"],
  [["delete"], [], "delete"],
  [["read", "write"], [], "pull,push"],
  [["admin"], [], "pull,push,delete"],
  [["admin"], ["alice/app"], "pull,push,delete"],
  [["admin"], ["alice/a*"], "pull,push,delete"],
  [["admin"], ["alice/ap"], ""],
  [["admin"], ["bob/*", "*/other"], ""],
];

for (const [scopes, repositories, granted] of GRANTS) {
  test(`scopes ${scopes} on ${repositories.join() || "all"} give a registry token ${granted || "nothing"}`, async () => {
    const { token } = await create({ name: "x", scopes, repositories });
    const response = await request("GET", "/token?scope=repository:alice/app:*", basic("alice", token));
    const { scope } = (await response.json()) as { scope: string };
    assert.equal(scope, granted && `repository:alice/app:${granted}`);
  });
}

/** What a token is for → whether its owner may change a repository of hers with it. */
const CHANGES: [NewToken["scopes"], string[], number, RegExp][] = [
  [["read"], [], 403, /User "alice" cannot patch resource "repositories".*scopes read, expected write/],
  [["read", "delete"], [], 403, /expected write/],
  [["read", "write"], ["alice/other"], 403, /for repositories alice\/other alone/],
  [["read", "write"], ["alice/shown"], 200, /^$/],
  [["admin"], [], 200, /^$/],
];

for (const [scopes, repositories, status, said] of CHANGES) {
  test(`/apis answers ${status} to a change by a token for ${scopes} on ${repositories.join() || "all"}`, async () => {
    const { token } = await create({ name: "x", scopes, repositories });
    const response = await asPatch("repositories/alice.shown", `Bearer ${token}`, { description: "new" });
    const { message = "", reason } = (await response.json()) as { message?: string; reason?: string };
    assert.deepEqual([response.status, reason], [status, status === 403 ? "Forbidden" : undefined]);
    assert.match(message, said);
  });
}

test("/apis refuses a deletion without its scope, and what is in no repository to a token for some", async () => {
  const { token: writer } = await create({ name: "x", scopes: ["read", "write"] });
  const deletion = await request("DELETE", `${NAMED}/repositories/alice.shown`, `Bearer ${writer}`);
  assert.equal(deletion.status, 403);
  const { token } = await create({ name: "x", scopes: ["admin"], repositories: ["alice/*"] });
  const change = await asPatch("organizations/alice", `Bearer ${token}`, { displayName: "Alice" });
  assert.equal(change.status, 403);
});

test("a token's use is noted, and its list shows when", async () => {
  const { token, id } = await create(READ);
  await request("GET", "/api/v1/me", `Bearer ${token}`);
  for (;;) {
    const list = (await (await request("GET", "/api/v1/tokens", alice)).json()) as TokenList;
    if (list.items.find((item) => item.id === id)?.lastUsedAt !== undefined) return;
  }
});

test("a kubeconfig has a token of its own, no more than the caller's, that goes with it", async () => {
  const { token, id } = await create({ ...READ, repositories: ["alice/app"] });
  const response = await request("GET", "/api/v1/kubeconfig", `Bearer ${token}`);
  assert.deepEqual([response.status, response.headers.get("cache-control")], [200, "no-store"]);
  const text = await response.text();
  const own = /token: (ihp_\w+)/.exec(text)?.[1] ?? "";
  assert.ok(own !== "" && own !== token);
  assert.ok(text.includes(hub.tlsUrl ?? "-") && text.includes("certificate-authority-data: "));
  const list = (await (await request("GET", "/api/v1/tokens", alice)).json()) as TokenList;
  const made = list.items.find(({ name }) => /^kubeconfig-\d{4}-\d\d-\d\d$/.test(name));
  assert.deepEqual([made?.scopes, made?.repositories], [["read"], ["alice/app"]]);
  assert.equal((await request("GET", `${NAMED}/repositories/alice.app`, `Bearer ${own}`)).status, 200);
  assert.equal((await request("DELETE", `/api/v1/tokens/${id}`, alice)).status, 204);
  assert.equal((await request("GET", "/api/v1/me", `Bearer ${own}`)).status, 401);
});

test("a kubeconfig that a token asked for goes when that may less, and stays when it is named otherwise", async () => {
  const { token, id } = await create({ ...READ, scopes: ["admin"] });
  const kubeconfig = await (await request("GET", "/api/v1/kubeconfig", `Bearer ${token}`)).text();
  const own = `Bearer ${/token: (ihp_\w+)/.exec(kubeconfig)?.[1]}`;
  await request("PATCH", `/api/v1/tokens/${id}`, alice, { name: "renamed" });
  assert.equal((await request("GET", "/api/v1/me", own)).status, 200);
  await request("PATCH", `/api/v1/tokens/${id}`, alice, { scopes: ["read"] });
  assert.equal((await request("GET", "/api/v1/me", own)).status, 401);
});

const NAMED = "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub";

async function create(words: NewToken, by = alice): Promise<TokenShownOnce> {
  const response = await request("POST", "/api/v1/tokens", by, words);
  assert.equal(response.status, 201);
  return (await response.json()) as TokenShownOnce;
}

/** As docker gets one: with the user's name, and the token in the place of the password. */
function pullToken(repository: string, token: string): Promise<string> {
  return bearer(hub, [`repository:${repository}:pull`], basic("alice", token));
}

async function pulled(repository: string, authorization: string): Promise<number> {
  return (await request("GET", `/v2/${repository}/manifests/v1`, authorization)).status;
}

function asPatch(path: string, authorization: string, spec: object): Promise<Response> {
  return fetch(`${hub.url}/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub/${path}`, {
    method: "PATCH",
    headers: { authorization, "content-type": "application/merge-patch+json" },
    body: JSON.stringify({ spec }),
  });
}

function request(
  method: string,
  path: string,
  authorization: string | undefined,
  body?: object,
): Promise<Response> {
  return fetch(hub.url + path, {
    method,
    headers: {
      ...(authorization !== undefined && { authorization }),
      ...(body && { "content-type": "application/json" }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
}
