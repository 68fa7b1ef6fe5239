import assert from "node:assert/strict";
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { after, test } from "node:test";
import {
  createLocalJWKSet,
  decodeProtectedHeader,
  jwtVerify,
  SignJWT,
  UnsecuredJWT,
  type JSONWebKeySet,
} from "jose";
import type { TokenResponse } from "../src/auth/token-issuer.ts";
import { basic, startTestHub } from "./start-hub.ts";

const hub = await startTestHub();
after(() => hub.stop());
const { accounts, personalTokens, robots, signingKeys } = hub.context;
const PASSWORD = "correct horse battery";
for (const name of ["alice", "bob", "carol"]) await accounts.register({ name, password: PASSWORD });
const SCOPES = ["repository:alice/app:pull,push", "repository:alice/other:pull"];
const ALL = { scopes: ["admin"] as const, repositories: [], expiresAt: undefined };

/** Form → error of its refusal. */
const REFUSED: [string, Record<string, string>, number, string][] = [
  ["no grant type", {}, 400, "unsupported_grant_type"],
  ["another grant type", { grant_type: "client_credentials" }, 400, "unsupported_grant_type"],
  [
    "a wrong password",
    { grant_type: "password", username: "alice", password: "wrong" },
    401,
    "invalid_grant",
  ],
  ["no refresh token", { grant_type: "refresh_token" }, 401, "invalid_grant"],
  [
    "a refresh token of no hub",
    { grant_type: "refresh_token", refresh_token: `ihr_${"a".repeat(49)}` },
    401,
    "invalid_grant",
  ],
];

for (const [what, form, status, error] of REFUSED) {
  test(`POST /token with ${what} is refused`, async () => {
    const response = await post(form);
    assert.equal(response.status, status);
    assert.equal(((await response.json()) as { error: string }).error, error);
  });
}

test("both forms of the token endpoint grant several scopes at once, of what the caller may", async () => {
  const query = new URLSearchParams(SCOPES.map((scope) => ["scope", scope]));
  const got = await get(`${query}&scope=repository:bob/app:push`, basic("alice", PASSWORD));
  assert.equal(got.scope, SCOPES.join(" "));
  const form = { grant_type: "password", username: "alice", password: PASSWORD };
  const posted = (await (await post({ ...form, scope: SCOPES.join(" ") })).json()) as TokenResponse;
  assert.equal(posted.scope, SCOPES.join(" "));
  assert.deepEqual([got.refresh_token, posted.refresh_token], [undefined, undefined]);
});

test("anonymous gets no refresh token, and a client that asked for one goes on by it", async () => {
  assert.equal((await get("offline_token=true")).refresh_token, undefined);
  const { refresh_token: refreshToken = "" } = await get("offline_token=true", basic("alice", PASSWORD));
  assert.match(refreshToken, /^ihr_\w{49}$/);
  const again = (await (await refresh(refreshToken, SCOPES.join(" "))).json()) as TokenResponse;
  assert.deepEqual([again.scope, again.refresh_token], [SCOPES.join(" "), refreshToken]);
  const rows = await hub.context.database.read.selectFrom("refresh_tokens").selectAll().execute();
  assert.ok(!JSON.stringify(rows).includes(refreshToken.slice(4, 20)));
  // It opens the token endpoint alone.
  const me = await fetch(`${hub.url}/api/v1/me`, { headers: { authorization: `Bearer ${refreshToken}` } });
  assert.equal(me.status, 401);
});

test("a refresh token ends with the password that it was got with", async () => {
  const { refresh_token: refreshToken = "" } = await get("offline_token=true", basic("carol", PASSWORD));
  assert.equal((await refresh(refreshToken)).status, 200);
  await accounts.changePassword("carol", { current: PASSWORD, password: "another horse battery" });
  assert.equal((await refresh(refreshToken)).status, 401);
});

test("a refresh token of a login that a change of the password overtook ends with it", async () => {
  const [old, changed] = [PASSWORD, `${PASSWORD} ${PASSWORD}`];
  const { refreshTokens } = hub.context;
  const subject = await accounts.logIn("bob", old);
  await accounts.changePassword("bob", { current: old, password: changed });
  const refreshToken = await refreshTokens.create(subject);
  assert.equal((await refresh(refreshToken ?? "")).status, 401);
  await accounts.changePassword("bob", { current: changed, password: old });
});

test("a refresh token is as its personal token or robot is by now, and ends with it", async () => {
  const { token, id } = await personalTokens.create("alice", { ...ALL, name: "docker" });
  const { refresh_token: ofToken = "" } = await get("offline_token=true", basic("alice", token));
  await personalTokens.change("alice", id, { scopes: ["read"] });
  const narrowed = (await (await refresh(ofToken, SCOPES.join(" "))).json()) as TokenResponse;
  assert.equal(narrowed.scope, "repository:alice/app:pull repository:alice/other:pull");
  await personalTokens.delete("alice", id);
  assert.equal((await refresh(ofToken)).status, 401);

  const words = { ...ALL, scopes: ["read"] as const, repositories: ["alice/*"], createdBy: "alice" };
  const robot = await robots.create("alice", { ...words, name: "ci" });
  const { refresh_token: ofRobot = "" } = await get(
    "offline_token=true",
    basic("alice+ci", robot?.token ?? ""),
  );
  assert.equal((await refresh(ofRobot)).status, 200);
  await robots.delete("alice", "ci");
  assert.equal((await refresh(ofRobot)).status, 401);
});

test("another registry can verify a token by the hub's key set", async () => {
  const { token } = await get(`scope=${SCOPES[0]}`, basic("alice", PASSWORD));
  const keySet = (await (await fetch(`${hub.url}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
  assert.ok(keySet.keys.every((key) => key.alg === "ES256" && key.use === "sig" && key.d === undefined));
  const { payload } = await jwtVerify(token, createLocalJWKSet(keySet), {
    issuer: "imagehub",
    audience: "imagehub",
  });
  assert.equal(payload.sub, "alice");
  // A clock that is a little behind takes it too.
  assert.ok((payload.nbf ?? 0) < (payload.iat ?? 0));
});

test("a token names the key that signed it", async () => {
  const { token } = await get("", basic("alice", PASSWORD));
  assert.equal(decodeProtectedHeader(token).kid, signingKeys.current().id);
});

/** A token that the hub did not give → why it takes none of them. */
const FORGED: [string, (now: number) => Promise<string>][] = [
  ["alg: none", async () => new UnsecuredJWT(CLAIMS).setIssuer("imagehub").setAudience("imagehub").encode()],
  ["a wrong audience", async (now) => signed({ audience: "another", from: now, to: now + 60 })],
  ["a wrong issuer", async (now) => signed({ issuer: "another", from: now, to: now + 60 })],
  ["expired", async (now) => signed({ from: now - 600, to: now - 120 })],
  ["not yet valid", async (now) => signed({ from: now + 120, to: now + 600 })],
  ["a key of another hub", async (now) => signed({ from: now, to: now + 60, key: await foreignKey() })],
  ["a key that it does not name", async (now) => signed({ from: now, to: now + 60, kid: "" })],
];
const CLAIMS = {
  sub: "admin",
  administrator: true,
  access: [{ type: "repository", name: "alice/app", actions: ["push"] }],
};

for (const [what, forge] of FORGED) {
  test(`a registry token with ${what} is refused`, async () => {
    const token = await forge(Math.floor(Date.now() / 1000));
    const response = await startUpload(`Bearer ${token}`);
    assert.equal(response.status, 401);
    assert.match(response.headers.get("www-authenticate") ?? "", /error="invalid_token"/);
  });
}

test("a registry token that a clock a little ahead or behind made is taken", async () => {
  const now = Math.floor(Date.now() / 1000);
  for (const [from, to] of [
    [now + 20, now + 60],
    [now - 60, now - 10],
  ] as const) {
    assert.equal((await startUpload(`Bearer ${await signed({ from, to })}`)).status, 202);
  }
});

test("an upload that goes on ends when its token is revoked", { timeout: 20_000 }, async () => {
  const { token, id } = await personalTokens.create("alice", { ...ALL, name: "push" });
  const { token: registryToken } = await get(`scope=${SCOPES[0]}`, basic("alice", token));
  const authorization = `Bearer ${registryToken}`;
  const started = await startUpload(authorization);
  // The hub asks for the body when it begins to read it.
  const headers = { authorization, expect: "100-continue" };
  const sending = httpRequest(hub.url + started.headers.get("location"), { method: "PATCH", headers });
  sending.on("error", () => undefined);
  sending.flushHeaders();
  await once(sending, "continue");
  const answered = once(sending, "response") as Promise<[{ statusCode: number }]>;
  const drip = setInterval(() => sending.write("more"), 20);
  await personalTokens.delete("alice", id);
  const [{ statusCode }] = await answered;
  clearInterval(drip);
  sending.destroy();
  assert.equal(statusCode, 403);
});

interface Forged {
  from: number;
  to: number;
  issuer?: string;
  audience?: string;
  kid?: string;
  key?: CryptoKey;
}

function signed({ from, to, issuer = "imagehub", audience = "imagehub", kid, key }: Forged): Promise<string> {
  const current = signingKeys.current();
  return new SignJWT(CLAIMS)
    .setProtectedHeader({ alg: "ES256", kid: kid ?? current.id, typ: "JWT" })
    .setIssuer(issuer)
    .setAudience(audience)
    .setNotBefore(from)
    .setExpirationTime(to)
    .sign(key ?? current.privateKey);
}

async function foreignKey(): Promise<CryptoKey> {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, [
    "sign",
    "verify",
  ]);
  return pair.privateKey;
}

function startUpload(authorization: string): Promise<Response> {
  return fetch(`${hub.url}/v2/alice/app/blobs/uploads/`, { method: "POST", headers: { authorization } });
}

async function get(query: string, authorization?: string): Promise<TokenResponse> {
  const response = await fetch(`${hub.url}/token?service=imagehub&${query}`, {
    headers: authorization === undefined ? {} : { authorization },
  });
  assert.deepEqual([response.status, response.headers.get("cache-control")], [200, "no-store"]);
  return (await response.json()) as TokenResponse;
}

function refresh(refreshToken: string, scope = ""): Promise<Response> {
  return post({ grant_type: "refresh_token", refresh_token: refreshToken, scope });
}

function post(form: Record<string, string>): Promise<Response> {
  return fetch(`${hub.url}/token`, {
    method: "POST",
    body: new URLSearchParams({ service: "imagehub", ...form }),
  });
}
