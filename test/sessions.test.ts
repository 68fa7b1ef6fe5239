import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Me } from "../src/api/contract/me.ts";
import type { Problem } from "../src/api/contract/problem.ts";
import type { Stars } from "../src/api/contract/stars.ts";
import type { RepositoryName } from "../src/oci/reference.ts";
import { eventually } from "./controllers-hub.ts";
import { buildImage } from "./image-builder.ts";
import { makePrivate } from "./make-private.ts";
import { pushImage } from "./registry-client.ts";
import { basic, startTestHub } from "./start-hub.ts";

const hub = await startTestHub();
const framed = await startTestHub({
  "frame-ancestors": "https://cloud.example.com",
  "trusted-proxies": "127.0.0.1",
});
after(() => Promise.all([hub.stop(), framed.stop()]));
const PASSWORD = "correct horse battery";
for (const name of ["alice", "bob", "carol"])
  await hub.context.accounts.register({ name, password: PASSWORD });
const image = await buildImage({ layers: [{ files: { "README.md": "# Hello" } }] });
for (const name of ["app", "hidden"])
  await pushImage(hub, image, {
    repository: `alice/${name}`,
    reference: "v1",
    authorization: basic("alice", PASSWORD),
  });
await hub.context.controllers.idle();
await makePrivate(hub, "alice/hidden");

test("a wrong password and an unknown name are answered alike, without a cookie", async () => {
  const problems = await Promise.all(
    [
      ["alice", "wrong horse battery"],
      ["nobody", PASSWORD],
      ["Al ice", PASSWORD],
      ["alice", `${PASSWORD}\0`],
    ].map(async ([name, password]) => {
      const response = await send("POST", "/api/v1/session", { body: { name, password } });
      assert.equal(response.status, 401);
      assert.equal(response.headers.get("set-cookie"), null);
      return ((await response.json()) as Problem).detail;
    }),
  );
  assert.equal(new Set(problems).size, 1);
});

test("a huge password is refused before it is hashed", async () => {
  const body = { name: "alice", password: "x".repeat(10 * 1024 * 1024) };
  assert.equal((await send("POST", "/api/v1/session", { body })).status, 413);
});

test("logging in answers who it is, with a cookie that scripts and other sites do not get", async () => {
  const response = await send("POST", "/api/v1/session", { body: { name: "alice", password: PASSWORD } });
  assert.equal(response.status, 200);
  const organizations = [{ name: "alice", role: "owner" }];
  assert.deepEqual(await response.json(), { name: "alice", administrator: false, organizations });
  assert.match(
    response.headers.get("set-cookie") ?? "",
    /^imagehub_session=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/,
  );
  assert.equal(response.headers.get("cache-control"), "no-store");
});

test("over TLS the cookie is Secure, and where the hub is framed it is of the frame", async () => {
  const account = { body: { name: "admin", password: "correct horse battery" } };
  const byTls = { "x-forwarded-proto": "https", "x-forwarded-host": "hub.example.com" };
  const cookies = await Promise.all(
    [byTls, {}].map(async (headers) => {
      const response = await send("POST", "/api/v1/session", { ...account, headers, at: framed });
      return response.headers.get("set-cookie") ?? "";
    }),
  );
  assert.match(cookies[0] ?? "", /HttpOnly; Secure; Partitioned; SameSite=None$/);
  assert.match(cookies[1] ?? "", /HttpOnly; SameSite=Strict$/);
});

test("a session is who logged in, on both APIs, until it logs out", async () => {
  const cookie = await logIn("alice");
  assert.equal((await me(cookie)).name, "alice");
  assert.equal((await send("GET", `${NAMED}/repositories/alice.hidden`, { cookie })).status, 200);
  const out = await send("DELETE", "/api/v1/session", { cookie });
  assert.equal(out.status, 204);
  assert.match(out.headers.get("set-cookie") ?? "", /^imagehub_session=; Max-Age=0; Path=\/;/);
  assert.equal((await me(cookie)).name, "");
  assert.equal((await send("GET", `${NAMED}/repositories/alice.hidden`, { cookie })).status, 404);
});

test("logging in again ends the session before, and has another secret", async () => {
  const before = await logIn("alice");
  const now = await logIn("alice", { cookie: before });
  assert.notEqual(now, before);
  assert.deepEqual([(await me(before)).name, (await me(now)).name], ["", "alice"]);
});

test("logging out everywhere ends all sessions of one user alone", async () => {
  const [first, second, other] = [await logIn("alice"), await logIn("alice"), await logIn("bob")];
  assert.equal((await send("DELETE", "/api/v1/sessions", { cookie: first })).status, 204);
  const names = await Promise.all([first, second, other].map(async (cookie) => (await me(cookie)).name));
  assert.deepEqual(names, ["", "", "bob"]);
  assert.equal((await send("DELETE", "/api/v1/sessions", {})).status, 401);
});

test("a changed password ends the other sessions, and the old one is none", async () => {
  const [own, other] = [await logIn("carol"), await logIn("carol")];
  const change = (current: string, password: string) =>
    send("PUT", "/api/v1/me/password", { cookie: own, body: { current, password } });
  const wrong = await change("wrong horse battery", "a new password");
  assert.deepEqual([wrong.status, ((await wrong.json()) as Problem).field], [422, "current"]);
  const short = await change(PASSWORD, "short");
  assert.deepEqual([short.status, ((await short.json()) as Problem).field], [422, "password"]);
  assert.equal((await me(other)).name, "carol");
  assert.equal((await change(PASSWORD, "a new password")).status, 204);
  assert.deepEqual([(await me(own)).name, (await me(other)).name], ["carol", ""]);
  const old = await send("GET", "/api/v1/me", { headers: { authorization: basic("carol", PASSWORD) } });
  assert.equal(old.status, 401);
});

test("how a user is shown changes by the rules of its resource", async () => {
  const cookie = await logIn("bob");
  const patch = (body: object) => send("PATCH", "/api/v1/me", { cookie, body });
  for (const [body, status, field] of [
    [{ icon: "javascript:alert(1)" }, 422, "icon"],
    [{ displayName: "x".repeat(256) }, 400, "displayName"],
    [{ administrator: true }, 400, "administrator"],
  ] as const) {
    const refused = await patch(body);
    assert.deepEqual([refused.status, ((await refused.json()) as Problem).field], [status, field]);
  }
  const changed = await patch({ displayName: "Bob", icon: "https://example.com/bob.png" });
  const { displayName, icon } = (await changed.json()) as Me;
  assert.deepEqual([displayName, icon], ["Bob", "https://example.com/bob.png"]);
  const user = (await (await send("GET", `${NAMED}/users/bob`, {})).json()) as { spec: Me };
  assert.equal(user.spec.displayName, "Bob");
  assert.equal(((await (await patch({ icon: "" })).json()) as Me).icon, undefined);
});

test("stars are for repositories that are there and readable, and come and go once", async () => {
  const cookie = await logIn("bob");
  const star = async (method: string, name: string) =>
    (await send(method, `/api/v1/stars/${name}`, { cookie })).status;
  for (const name of ["alice/hidden", "alice/absent", "bob/absent", "Not/A name", "mysql"])
    assert.equal(await star("PUT", name), 404, name);
  for (const method of ["PUT", "PUT"]) assert.equal(await star(method, "alice/app"), 204);
  assert.deepEqual(await starsOf(cookie), ["alice/app"]);
  for (const method of ["DELETE", "DELETE"]) assert.equal(await star(method, "alice/app"), 204);
  assert.deepEqual(await starsOf(cookie), []);
  assert.equal((await send("GET", "/api/v1/stars", {})).status, 401);
});

test("a star stays its user's, and is not told while its repository may not be read", async () => {
  const [alice, bob] = [await logIn("alice"), await logIn("bob")];
  const show = async (visibility: string): Promise<void> => {
    const response = await send("PATCH", `${NAMED}/repositories/alice.app`, {
      cookie: alice,
      headers: { "content-type": "application/merge-patch+json" },
      body: { spec: { visibility } },
    });
    assert.equal(response.status, 200);
    await eventually(async () => {
      const record = await hub.context.content.repositories.find("alice/app" as RepositoryName);
      assert.equal(record?.visibility, visibility);
    });
  };
  await send("PUT", "/api/v1/stars/alice/app", { cookie: bob });
  await show("private");
  assert.deepEqual(await starsOf(bob), []);
  await show("public");
  assert.deepEqual(await starsOf(bob), ["alice/app"]);
});

const NAMED = "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub";

interface Sent {
  cookie?: string;
  headers?: Record<string, string>;
  body?: unknown;
  at?: { url: string };
}

function send(method: string, path: string, { cookie, headers, body, at = hub }: Sent): Promise<Response> {
  return fetch(at.url + path, {
    method,
    headers: {
      ...(cookie !== undefined && { cookie }),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** @returns a Cookie header */
async function logIn(name: string, sent: Sent = {}): Promise<string> {
  const response = await send("POST", "/api/v1/session", { ...sent, body: { name, password: PASSWORD } });
  assert.equal(response.status, 200);
  return response.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
}

async function me(cookie: string): Promise<Me> {
  return (await (await send("GET", "/api/v1/me", { cookie })).json()) as Me;
}

async function starsOf(cookie: string): Promise<string[]> {
  return ((await (await send("GET", "/api/v1/stars", { cookie })).json()) as Stars).items;
}
