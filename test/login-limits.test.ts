import assert from "node:assert/strict";
import { after, test } from "node:test";
import { bearer } from "./registry-client.ts";
import { basic, startTestHub } from "./start-hub.ts";

const hub = await startTestHub({ "trusted-proxies": "127.0.0.1" });
after(() => hub.stop());
const PASSWORD = "correct horse battery";
await hub.context.accounts.register({ name: "alice", password: PASSWORD });
const token = await createToken();
await guess("192.0.2.1");

/** Address → what a client of that API reads of the refusal. */
const REFUSALS: [string, string, (body: Body) => string | undefined, RegExp][] = [
  ["docker's token route", "/token?service=imagehub", (body) => body.errors?.[0]?.code, /^TOOMANYREQUESTS$/],
  ["the registry", "/v2/", (body) => body.errors?.[0]?.code, /^TOOMANYREQUESTS$/],
  ["the JSON API", "/api/v1/me", (body) => body.title, /^Too many requests$/],
  ["the Kubernetes API", "/apis/imagehub.sealos.io/v1/images", (body) => body.reason, /^TooManyRequests$/],
];

for (const [what, path, read, expected] of REFUSALS) {
  test(`${what} refuses more guesses in its own form, and says when to come back`, async () => {
    const response = await ask(path, "192.0.2.1", basic("alice", PASSWORD));
    assert.equal(response.status, 429);
    assert.match(response.headers.get("retry-after") ?? "", /^(?:[1-9]|[12]\d|30)$/);
    assert.match(read((await response.json()) as Body) ?? "", expected);
  });
}

test("a session is refused alike", async () => {
  const response = await fetch(`${hub.url}/api/v1/session`, {
    method: "POST",
    headers: { "x-forwarded-for": "192.0.2.1", "content-type": "application/json" },
    body: JSON.stringify({ name: "alice", password: PASSWORD }),
  });
  assert.equal(response.status, 429);
});

test("what a client says of its own address is not believed", async () => {
  const chain = "198.51.100.7, 192.0.2.1";
  assert.equal((await ask("/api/v1/me", chain, basic("alice", PASSWORD))).status, 429);
});

test("the right password goes on from elsewhere, and a token from there too", async () => {
  assert.equal((await ask("/api/v1/me", "192.0.2.2", basic("alice", PASSWORD))).status, 200);
  assert.equal((await ask("/api/v1/me", "192.0.2.1", basic("alice", token))).status, 200);
  assert.equal((await ask("/api/v1/me", "192.0.2.1", `Bearer ${token}`)).status, 200);
  assert.match(await bearer(hub, ["repository:alice/app:pull"], basic("alice", token)), /^Bearer /);
});

test("the current password cannot be guessed by whoever has a session", async () => {
  await hub.context.accounts.register({ name: "bob", password: PASSWORD });
  const cookie = `imagehub_session=${await hub.context.sessions.start("bob")}`;
  const statuses = [];
  for (let i = 0; i < 11; i += 1) {
    const response = await fetch(`${hub.url}/api/v1/me/password`, {
      method: "PUT",
      headers: { cookie, "content-type": "application/json" },
      body: JSON.stringify({ current: `wrong horse ${i}`, password: "another password" }),
    });
    statuses.push(response.status);
  }
  assert.deepEqual([...new Set(statuses)], [422, 429]);
});

interface Body {
  errors?: { code: string }[];
  title?: string;
  reason?: string;
}

function ask(path: string, address: string, authorization: string): Promise<Response> {
  return fetch(hub.url + path, { headers: { authorization, "x-forwarded-for": address } });
}

/** Ten wrong passwords: as many as an address has. */
async function guess(address: string): Promise<void> {
  for (let i = 0; i < 10; i += 1) {
    const response = await ask("/api/v1/me", address, basic("alice", `wrong horse ${i}`));
    assert.equal(response.status, 401);
  }
}

async function createToken(): Promise<string> {
  const words = { name: "x", scopes: ["admin" as const], repositories: [], expiresAt: undefined };
  return (await hub.context.personalTokens.create("alice", words)).token;
}
