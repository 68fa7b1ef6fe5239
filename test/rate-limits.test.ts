import assert from "node:assert/strict";
import { after, test } from "node:test";
import { buildImage } from "./image-builder.ts";
import { bearer, pushImage } from "./registry-client.ts";
import { basic, startTestHub } from "./start-hub.ts";

const hub = await startTestHub({
  "log-level": "fatal",
  "trusted-proxies": "127.0.0.1,::1",
  "rate-limit-requests": "60/1h",
  "rate-limit-anonymous-pulls": "3/6h",
  "rate-limit-pulls": "5/1h",
});
after(() => hub.stop());
const RESOURCES = "/apis/imagehub.sealos.io/v1/repositories";
await pushImage(hub, await buildImage({ layers: [{ files: { a: "1" } }] }), {
  repository: "org/app",
  reference: "v1",
});

/** A request of a client with this address, as the proxy before the hub tells it. */
async function from(address: string, path: string, init: { method?: string; authorization?: string } = {}) {
  const { method = "GET", authorization } = init;
  const response = await fetch(hub.url + path, {
    method,
    headers: { "x-forwarded-for": address, ...(authorization !== undefined && { authorization }) },
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const MANIFEST = "/v2/org/app/manifests/v1";
const anonymous = await bearer(hub, ["repository:org/app:pull"]);

test("anonymous pulls of an address are counted as Docker Hub does it, and then refused in the registry's words", async () => {
  const pull = { authorization: anonymous };
  const head = await from("192.0.2.1", MANIFEST, { ...pull, method: "HEAD" });
  assert.equal(head.headers.get("ratelimit-limit"), "3;w=21600");
  assert.equal(head.headers.get("ratelimit-remaining"), "3;w=21600");
  for (const left of [2, 1, 0]) {
    const { status, headers } = await from("192.0.2.1", MANIFEST, pull);
    assert.deepEqual([status, headers.get("ratelimit-remaining")], [200, `${left};w=21600`]);
    assert.equal(headers.get("docker-ratelimit-source"), "192.0.2.1");
  }
  const refused = await from("192.0.2.1", MANIFEST, pull);
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get("ratelimit-remaining"), "0;w=21600");
  assert.ok(Math.abs(Number(refused.headers.get("retry-after")) - 7200) < 60);
  const { errors } = JSON.parse(refused.text) as { errors: { code: string; message: string }[] };
  assert.equal(errors[0]?.code, "TOOMANYREQUESTS");
  assert.match(
    errors[0]?.message ?? "",
    /192\.0\.2\.1 has used up its rate limit of 3\/6h; log in, or try again/,
  );
  assert.equal((await from("192.0.2.1", MANIFEST, { ...pull, method: "HEAD" })).status, 200);
  assert.equal((await from("192.0.2.2", MANIFEST, pull)).status, 200);
});

test("who logs in pulls at a limit of its own, from wherever it comes", async () => {
  const authorization = await bearer(hub, ["repository:org/app:pull"], hub.admin);
  const { headers } = await from("192.0.2.1", MANIFEST, { authorization });
  assert.equal(headers.get("ratelimit-remaining"), "4;w=3600");
  assert.equal(headers.get("docker-ratelimit-source"), "admin");
  for (let pull = 0; pull < 4; pull += 1) await from(`192.0.2.${pull}`, MANIFEST, { authorization });
  assert.equal((await from("192.0.2.9", MANIFEST, { authorization })).status, 429);
});

test("a robot pulls at a limit of its own too", async () => {
  const limits = { scopes: ["read"] as const, repositories: [], expiresAt: undefined };
  const made = await hub.context.robots.create("org", { name: "ci", createdBy: "admin", ...limits });
  const authorization = await bearer(hub, ["repository:org/app:pull"], basic("org+ci", made?.token ?? ""));
  for (const address of ["192.0.2.1", "192.0.2.77"]) {
    const { status, headers } = await from(address, MANIFEST, { authorization });
    assert.deepEqual([status, headers.get("docker-ratelimit-source")], [200, "org+ci"]);
  }
});

test("who asks too often is told so in the form of each API, and others go on", async () => {
  const address = "2001:db8::1";
  const paths = ["/api/v1/hub", RESOURCES, "/token?service=imagehub"];
  for (let request = 0; request < 60; request += 1) {
    const { status } = await from(`2001:db8::${request}`, paths[request % 3] ?? "");
    assert.equal(status, 200);
  }
  const problem = await from(address, "/api/v1/hub");
  assert.equal(problem.status, 429);
  assert.match(problem.headers.get("content-type") ?? "", /^application\/problem\+json/);
  assert.match(problem.headers.get("retry-after") ?? "", /^(?:60|5\d)$/);
  const status = await from(address, RESOURCES);
  assert.equal((JSON.parse(status.text) as { reason: string }).reason, "TooManyRequests");
  assert.ok(status.headers.get("retry-after"));
  assert.equal((await from(address, "/token?service=imagehub")).status, 429);
  const registry = await from(address, "/v2/");
  assert.match(registry.text, /TOOMANYREQUESTS/);
  assert.equal((await from(address, "/healthz")).status, 200);
  assert.equal((await from("2001:db8:0:1::1", "/api/v1/hub")).status, 200);
  assert.equal((await from(address, "/api/v1/me", { authorization: hub.admin })).status, 200);
  assert.match((await from(address, "/metrics")).text, /imagehub_rate_limited_total\{limit="requests"\} 4/);
});

test("credentials that are none, or that no route asks for, do not go past the limit", async () => {
  const statuses = new Set<number>();
  for (let request = 0; request < 62; request += 1) {
    const authorization = request % 2 === 0 ? "Bearer ihp_x" : "Basic Og==";
    statuses.add(
      (await from("198.51.100.1", request % 2 === 0 ? "/api/v1/me" : "/api/v1/hub", { authorization }))
        .status,
    );
  }
  assert.ok(statuses.has(429), [...statuses].join());
  assert.equal((await from("198.51.100.1", "/api/v1/hub")).status, 200);
});

test("an address that no trusted proxy tells is not believed", async () => {
  const alone = await startTestHub({ "log-level": "fatal", "rate-limit-requests": "2/1h" });
  const statuses: number[] = [];
  for (const address of ["192.0.2.1", "192.0.2.2", "192.0.2.3"]) {
    const response = await fetch(`${alone.url}/api/v1/hub`, { headers: { "x-forwarded-for": address } });
    statuses.push(response.status);
  }
  await alone.stop();
  assert.deepEqual(statuses, [200, 200, 429]);
});

test("a limit counts however an address is spelled", async () => {
  const pull = { authorization: anonymous };
  const spellings = ["/v2/org/app/%6Danifests/v1", "/v2/org/app%2Fmanifests%2fv1", `${MANIFEST}?ns=a/b`];
  for (const [index, path] of spellings.entries()) {
    const { status, headers } = await from("192.0.2.31", path, pull);
    assert.deepEqual([status, headers.get("ratelimit-remaining")], [200, `${2 - index};w=21600`]);
  }
  assert.equal((await from("192.0.2.31", MANIFEST, pull)).status, 429);
  const statuses = new Set<number>();
  for (let count = 0; count < 61; count++) statuses.add((await from("192.0.2.32", "/%61pi/v1/hub")).status);
  assert.ok(statuses.has(429), [...statuses].join());
});
