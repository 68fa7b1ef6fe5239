import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { after, test } from "node:test";
import type { Me } from "../src/api/contract/me.ts";
import { buildImage } from "./image-builder.ts";
import { makePrivate } from "./make-private.ts";
import { pushImage } from "./registry-client.ts";
import { basic, startTestHub, type TestHub } from "./start-hub.ts";

const hub = await startTestHub();
const published = await startTestHub({
  "public-url": "https://hub.example.com",
  "frame-ancestors": "https://cloud.example.com,https://*.example.org",
});
after(() => Promise.all([hub.stop(), published.stop()]));
const PASSWORD = "correct horse battery";
const EVIL = "https://evil.example";
for (const { context } of [hub, published])
  await context.accounts.register({ name: "alice", password: PASSWORD });
const image = await buildImage({ layers: [{ files: { "README.md": "# Hello" } }] });
await pushImage(hub, image, {
  repository: "alice/app",
  reference: "v1",
  authorization: basic("alice", PASSWORD),
});
await makePrivate(hub, "alice/app");
const secret = await hub.context.sessions.start("alice");
const cookie = `imagehub_session=${secret}`;
const NAMED = "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub";
const STAR = "/api/v1/stars/alice/app";
const OWN = new URL(hub.url).origin;

interface Sent {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
  at?: TestHub;
}

/** What a page of another site, or whoever stands between, makes a browser send → what the hub answers. */
const ATTACKS: [string, Sent, number][] = [
  [
    "a form of another site",
    { path: "/api/v1/tokens", method: "POST", headers: from("cross-site"), body: "x" },
    415,
  ],
  ["a script of another site", { path: STAR, method: "PUT", headers: from("cross-site", EVIL) }, 403],
  ["a page of a sibling host", { path: STAR, method: "PUT", headers: from("same-site") }, 403],
  [
    "another origin, of a browser that tells no site",
    { path: STAR, method: "PUT", headers: { origin: EVIL } },
    403,
  ],
  ["a sandboxed frame", { path: STAR, method: "PUT", headers: { origin: "null" } }, 403],
  [
    "an origin that begins alike",
    { path: STAR, method: "PUT", headers: { origin: `${OWN}.evil.example` } },
    403,
  ],
  ["another port", { path: STAR, method: "PUT", headers: { origin: "http://127.0.0.1:1" } }, 403],
  [
    "a forwarded host that nobody vouches for",
    {
      path: STAR,
      method: "PUT",
      headers: { origin: EVIL, "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" },
    },
    403,
  ],
  [
    "another site's method behind a POST",
    { path: STAR, method: "POST", headers: { ...from("cross-site"), "x-http-method-override": "PUT" } },
    404,
  ],
  [
    "a change of a resource",
    { path: `${NAMED}/repositories/alice.app`, method: "DELETE", headers: from("cross-site") },
    403,
  ],
  [
    "a review",
    {
      path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
      method: "POST",
      headers: { ...from("cross-site"), "content-type": "application/json" },
      body: "{}",
    },
    403,
  ],
  [
    "a login as somebody else",
    {
      path: "/api/v1/session",
      method: "POST",
      headers: { ...from("cross-site"), "content-type": "application/json" },
      body: login("alice"),
    },
    403,
  ],
  [
    "a login by a form that looks like JSON",
    {
      path: "/api/v1/session",
      method: "POST",
      headers: { "content-type": "text/plain" },
      body: login("alice"),
    },
    400,
  ],
  ["a logout", { path: "/api/v1/session", method: "DELETE", headers: from("cross-site") }, 403],
  ["a logout everywhere", { path: "/api/v1/sessions", method: "DELETE", headers: from("cross-site") }, 403],
  [
    "a new password",
    {
      path: "/api/v1/me/password",
      method: "PUT",
      headers: { ...from("cross-site"), "content-type": "application/json" },
      body: JSON.stringify({ current: PASSWORD, password: PASSWORD }),
    },
    403,
  ],
  [
    "a link of another site to a download with a token",
    { path: "/api/v1/kubeconfig", headers: from("cross-site") },
    401,
  ],
  [
    "a picture of another site that is a private resource",
    { path: `${NAMED}/repositories/alice.app`, headers: from("cross-site") },
    404,
  ],
  ["the cookie at the registry", { path: "/v2/alice/app/manifests/v1" }, 401],
  [
    "the secret in the address",
    { path: `/api/v1/tokens?imagehub_session=${secret}`, headers: { cookie: "" } },
    401,
  ],
  [
    "the stored hash as secret",
    { path: "/api/v1/tokens", headers: { cookie: `imagehub_session=${await storedHash()}` } },
    401,
  ],
  [
    "the secret as a token",
    { path: "/api/v1/tokens", headers: { cookie: "", authorization: `Bearer ${secret}` } },
    401,
  ],
  [
    "the secret as a password",
    { path: "/api/v1/tokens", headers: { cookie: "", authorization: basic("alice", secret) } },
    401,
  ],
  [
    "the cookie of another name",
    { path: "/api/v1/tokens", headers: { cookie: `Imagehub_Session=${secret}` } },
    401,
  ],
  [
    "a cookie beside a wrong password",
    { path: "/api/v1/tokens", headers: { authorization: basic("alice", "wrong horse battery") } },
    401,
  ],
  [
    "properties that every object has",
    {
      path: "/api/v1/me",
      method: "PATCH",
      headers: { "content-type": "application/json" },
      body: '{"__proto__":{"administrator":true}}',
    },
    400,
  ],
  [
    "a right that nobody gives itself",
    {
      path: "/api/v1/me",
      method: "PATCH",
      headers: { "content-type": "application/json" },
      body: '{"administrator":true}',
    },
    400,
  ],
];

for (const [what, sent, status] of ATTACKS) {
  test(`${what}: ${status}`, async () => {
    const answer = await send(sent);
    assert.equal(answer.status, status, answer.body);
    assert.equal(answer.headers["set-cookie"], undefined);
    assert.equal(answer.headers["access-control-allow-origin"], undefined);
    const form = sent.path.startsWith("/apis") ? /"kind":"Status"/ : /"title":|"errors":/;
    assert.match(answer.body, form);
  });
}

test("none of that changed anything", async () => {
  assert.equal((await me({})).name, "alice");
  assert.deepEqual(JSON.parse((await send({ path: "/api/v1/stars" })).body), { items: [] });
  assert.deepEqual(JSON.parse((await send({ path: "/api/v1/tokens" })).body), { items: [] });
});

test("the hub's own pages, and what is no browser, are taken", async () => {
  for (const headers of [from("same-origin", OWN), { origin: OWN }, {}])
    assert.equal((await send({ path: STAR, method: "PUT", headers })).status, 204);
  assert.equal((await send({ path: STAR, method: "DELETE", headers: from("same-origin") })).status, 204);
  assert.equal((await me({ ...from("none") })).name, "alice");
});

test("a page of another site that reads is anonymous", async () => {
  assert.equal((await me(from("cross-site"))).name, "");
});

test("a secret that was planted before the login is none after it", async () => {
  const planted = "A".repeat(43);
  const answer = await send({
    path: "/api/v1/session",
    method: "POST",
    headers: { "content-type": "application/json", cookie: `imagehub_session=${planted}` },
    body: login("alice"),
  });
  assert.equal(answer.status, 200);
  assert.doesNotMatch(String(answer.headers["set-cookie"]), new RegExp(planted));
  assert.equal((await me({ cookie: `imagehub_session=${planted}` })).name, "");
});

test("a token is no password of a session, which has no limits", async () => {
  const words = { name: "x", scopes: ["read" as const], repositories: [], expiresAt: undefined };
  const { token } = await hub.context.personalTokens.create("alice", words);
  const body = JSON.stringify({ name: "alice", password: token });
  const headers = { "content-type": "application/json", cookie: "" };
  const answer = await send({ path: "/api/v1/session", method: "POST", headers, body });
  assert.deepEqual([answer.status, answer.headers["set-cookie"]], [401, undefined]);
});

test("the token route knows no cookie", async () => {
  const { body } = await send({ path: "/token?service=imagehub&scope=repository:alice/app:pull" });
  assert.equal((JSON.parse(body) as { scope: string }).scope, "");
});

test("a watch shows no more of what is private once its session is over", async () => {
  const { sessions, store } = hub.context;
  const other = await sessions.start("alice");
  const watching = new AbortController();
  const response = await fetch(`${hub.url}${NAMED}/repositories?watch=true`, {
    headers: { cookie: `imagehub_session=${other}` },
    signal: watching.signal,
  });
  const events = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const first = await events?.read();
  assert.match(first?.value ?? "", /alice\.app/);
  await sessions.end(other);
  const repository = await store.get("Repository", "alice.app");
  await store.update({ ...repository, spec: { ...repository.spec, description: "told to nobody" } });
  const next = await events?.read();
  assert.doesNotMatch(next?.value ?? "", /told to nobody/);
  watching.abort();
});

/** Addresses that lead elsewhere from hubs that redirect. */
for (const path of [
  "//evil.example",
  "//evil.example/..",
  "/\\evil.example",
  "/%2f%2fevil.example",
  "/.//evil.example/",
  "/r/..//evil.example",
  "/?next=https://evil.example",
  "/api/v1/session?redirect=//evil.example",
]) {
  test(`${path} leads nowhere else`, async () => {
    const { status, headers } = await send({ path });
    assert.ok(status < 300 || status >= 400, `${status}`);
    assert.equal(headers.location, undefined);
  });
}

test("scripts come from the hub's own files alone, and no page frames it that the operator did not name", async () => {
  const [closed, framed] = await Promise.all([send({ path: "/" }), send({ path: "/", at: published })]);
  for (const answer of [closed, framed]) {
    assert.match(policyOf(answer), /^default-src 'self';/);
    assert.doesNotMatch(policyOf(answer), /unsafe|script-src|\*;/);
    assert.equal(answer.headers["x-content-type-options"], "nosniff");
  }
  assert.match(policyOf(closed), /frame-ancestors 'none'/);
  assert.equal(closed.headers["x-frame-options"], "DENY");
  assert.match(
    policyOf(framed),
    /frame-ancestors 'self' https:\/\/cloud\.example\.com https:\/\/\*\.example\.org$/,
  );
  assert.equal(framed.headers["x-frame-options"], undefined);
});

test("with a public URL no Host and no forwarded host changes what the hub says of itself", async () => {
  const headers = { host: "evil.example", "x-forwarded-host": "evil.example" };
  const reset = await send({
    path: "/api/v1/users/alice/password-reset",
    method: "POST",
    headers: { ...headers, authorization: published.admin },
    at: published,
  });
  assert.match(reset.body, /"url":"https:\/\/hub\.example\.com\/password-reset#/);
  const challenge = await send({ path: "/v2/", headers, at: published });
  assert.match(String(challenge.headers["www-authenticate"]), /realm="https:\/\/hub\.example\.com\/token"/);
});

test("a frame's own page is taken where the hub is framed, and the page around it is not", async () => {
  const framedSecret = await published.context.sessions.start("alice");
  const change = (headers: Record<string, string>) =>
    send({
      path: "/api/v1/me",
      method: "PATCH",
      headers: { cookie: `imagehub_session=${framedSecret}`, "content-type": "application/json", ...headers },
      body: '{"displayName":"Alice"}',
      at: published,
    });
  assert.equal((await change(from("cross-site", "https://cloud.example.com"))).status, 403);
  assert.equal((await change({ origin: "https://cloud.example.com" })).status, 403);
  assert.equal((await change(from("same-origin", "https://hub.example.com"))).status, 200);
  assert.equal((await change({ origin: "https://hub.example.com" })).status, 200);
});

function policyOf({ headers }: Answer): string {
  return String(headers["content-security-policy"]);
}

interface Answer {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  body: string;
}

/** As a browser would: with the cookie, and with headers that `fetch` would not let a test set. */
function send({ path, method = "GET", headers, body, at = hub }: Sent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(at.url);
    const request = httpRequest({ hostname, port, path, method, headers: { cookie, ...headers } });
    request.on("error", reject);
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    request.end(body);
  });
}

async function me(headers: Record<string, string>): Promise<Me> {
  return JSON.parse((await send({ path: "/api/v1/me", headers })).body) as Me;
}

/** What a browser says of the page that a request comes from. */
function from(site: string, origin?: string): Record<string, string> {
  return { "sec-fetch-site": site, ...(origin !== undefined && { origin }) };
}

function login(name: string): string {
  return JSON.stringify({ name, password: PASSWORD });
}

async function storedHash(): Promise<string> {
  const row = await hub.context.database.read
    .selectFrom("sessions")
    .select("id_hash")
    .executeTakeFirstOrThrow();
  return row.id_hash;
}
