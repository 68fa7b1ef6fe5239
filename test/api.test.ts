import assert from "node:assert/strict";
import { after, test } from "node:test";
import { VERSION } from "../src/hub/version.ts";
import { buildImage } from "./image-builder.ts";
import { pushImage } from "./registry-client.ts";
import { basic, startTestHub } from "./start-hub.ts";

const hub = await startTestHub({ "log-level": "fatal" });
after(() => hub.stop());
const { controllers, search } = hub.context;
const PASSWORD = "correct horse battery";
const RESOURCES = "/apis/imagehub.sealos.io/v1";
const NAMED = `${RESOURCES}/namespaces/sealos-imagehub`;
const README = `---\nkeywords: [database]\n---\n# MySQL\n\n${"A line of the README\n".repeat(20_000)}`;

await pushImage(hub, await buildImage({ layers: [{ files: { "README.md": README } }] }), {
  repository: "org/mysql",
  reference: "8.0",
});
for (const repository of ["org/redis", "team/mysql-exporter"]) {
  const image = await buildImage({ layers: [{ files: { repository } }] });
  await pushImage(hub, image, { repository, reference: "v1" });
}
await settle();

interface Asked {
  method?: string;
  credentials?: string;
  body?: unknown;
}

async function ask(path: string, { method = "GET", credentials, body }: Asked = {}) {
  const response = await fetch(hub.url + path, {
    method,
    headers: {
      ...(credentials !== undefined && { authorization: credentials }),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const type = response.headers.get("content-type") ?? "";
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    json: (type.includes("json") && text !== "" ? JSON.parse(text) : {}) as Record<string, unknown>,
    text,
  };
}

test("search finds by name first, then by keyword, with facets and pages", async () => {
  const { json } = await ask("/api/v1/search?q=mysql");
  const { items, total, facets } = json as {
    items: { name: string; latestTag: string; platforms: string[]; matchedOn: string[] }[];
    total: number;
    facets: Record<string, { value: string; count: number }[]>;
  };
  assert.deepEqual(
    items.map(({ name }) => name),
    ["org/mysql", "team/mysql-exporter"],
  );
  assert.equal(total, 2);
  assert.equal(items[0]?.latestTag, "8.0");
  assert.deepEqual(items[0]?.platforms, ["linux/amd64"]);
  assert.deepEqual(facets["keyword"], [{ value: "database", count: 1 }]);

  const first = await ask("/api/v1/search?sort=name&limit=2");
  const token = first.json["continue"] as string;
  const second = await ask(`/api/v1/search?sort=name&limit=2&continue=${encodeURIComponent(token)}`);
  const names = [first, second].flatMap(({ json: page }) =>
    (page["items"] as { name: string }[]).map((item) => item.name),
  );
  assert.deepEqual(names, ["org/mysql", "org/redis", "team/mysql-exporter"]);
  assert.equal(second.json["continue"], undefined);
});

test("suggestions and docker's search name repositories", async () => {
  assert.deepEqual((await ask("/api/v1/suggest?q=mys")).json, {
    names: ["org/mysql", "team/mysql-exporter"],
  });
  const { json } = await ask("/v1/search?q=mysql&n=1&page=2");
  const {
    num_results: total,
    num_pages: pages,
    page,
    results,
  } = json as Record<string, number> & { results: object[] };
  assert.deepEqual([total, pages, page], [2, 2, 2]);
  assert.deepEqual(results, [
    { name: "team/mysql-exporter", description: "", star_count: 0, is_official: false, is_automated: false },
  ]);
  assert.equal((await ask("/v1/search?q=mysql&n=0")).status, 200);
});

test("the hub tells what a page must know of it", async () => {
  assert.deepEqual((await ask("/api/v1/hub")).json, { version: VERSION, registration: "open" });
});

test("a new user is who it says, with an organization of its own", async () => {
  const account = { name: "alice", password: PASSWORD };
  const made = await ask("/api/v1/users", { method: "POST", body: account });
  assert.deepEqual([made.status, made.json], [201, { name: "alice" }]);
  const me = await ask("/api/v1/me", { credentials: basic("alice", PASSWORD) });
  const organizations = [{ name: "alice", role: "owner" }];
  assert.deepEqual(me.json, { name: "alice", administrator: false, organizations });
  assert.deepEqual((await ask("/api/v1/me")).json, { name: "", administrator: false, organizations: [] });
  const again = await ask("/api/v1/users", { method: "POST", body: account });
  assert.equal(again.status, 422);
});

test("the whole README is given, past what a resource holds", async () => {
  const { json } = await ask("/api/v1/images/org/mysql/-/8.0/readme");
  assert.equal((json["docs"] as string).trim(), README.slice(README.indexOf("# MySQL")).trim());
  const { json: image } = await ask(`${NAMED}/images/org.mysql.8.0`);
  const { detail } = image["status"] as { detail: { docs: string } };
  assert.ok(detail.docs.length < README.length);
});

/** Request → status, field and what the detail says. */
const PROBLEMS: [string, Asked, number, string | undefined, RegExp][] = [
  ["/api/v1/search?sort=best", {}, 400, "sort", /sort/],
  ["/api/v1/search?limit=1000", {}, 400, "limit", /limit/],
  ["/api/v1/search?platfrom=x", {}, 400, "platfrom", /there is no platfrom/],
  ["/api/v1/search?limit=x", {}, 400, "limit", /limit/],
  [`/api/v1/search?q=${"x".repeat(201)}`, {}, 400, "q", /200/],
  ["/api/v1/search?continue=x", {}, 400, "continue", /Cannot/],
  [`/api/v1/suggest?q=${"x".repeat(201)}`, {}, 400, "q", /200/],
  ["/api/v1/images/org/mysql/-/9/readme", {}, 404, undefined, /Cannot find image org\/mysql\/-\/9/],
  ["/api/v1/images/org/redis/-/v1/readme", {}, 404, undefined, /README/],
  ["/api/v1/images/mysql/-/9/readme", {}, 400, undefined, /org\/name/],
  ["/api/v1/images/org/mysql/-/.9/readme", {}, 400, undefined, /tag/],
  ["/api/v1/images/org/mysql", {}, 404, undefined, /Cannot find/],
  ["/api/v1/nothing", {}, 404, undefined, /There is no GET \/api\/v1\/nothing/],
  ["/api/v1/search", { method: "POST", body: {} }, 404, undefined, /There is no POST/],
  ["/api/v1/me", { credentials: basic("alice", "wrong") }, 401, undefined, /wrong/],
  ["/api/v1/me", { credentials: "Digest x" }, 401, undefined, /Basic or Bearer/],
  ["/api/v1/users", { method: "POST", body: "{" }, 400, undefined, /JSON/],
  ["/api/v1/users", { method: "POST", body: { name: "carol" } }, 400, "password", /password/],
  ["/api/v1/users", { method: "POST", body: { name: "C", password: PASSWORD } }, 422, "name", /a-z/],
  ["/api/v1/users", { method: "POST", body: { name: "carol", password: "short" } }, 422, "password", /8/],
  ["/api/v1/users", { method: "POST", body: { name: "admin", password: PASSWORD } }, 422, "name", /reserved/],
  [
    "/api/v1/users",
    { method: "POST", body: { name: "carol", password: PASSWORD, z: 1 } },
    400,
    "z",
    /there is no z/,
  ],
  ["/api/v1/users", { method: "POST", body: { name: "x".repeat(3 * 1024 * 1024) } }, 413, undefined, /large/],
];

for (const [path, asked, status, field, detail] of PROBLEMS) {
  test(`${asked.method ?? "GET"} ${path.slice(0, 60)} is a problem with status ${status}`, async () => {
    const answer = await ask(path, asked);
    assert.equal(answer.status, status, answer.text);
    assert.match(answer.headers.get("content-type") ?? "", /^application\/problem\+json/);
    assert.equal(answer.json["status"], status);
    assert.equal(typeof answer.json["title"], "string");
    assert.equal(answer.json["field"], field);
    assert.match(answer.json["detail"] as string, detail);
    assert.doesNotMatch(answer.text, /password":"|node_modules|\.ts:/);
  });
}

test("discovery names the group, its version and every kind", async () => {
  const groups = await ask("/apis");
  assert.deepEqual(
    (groups.json["groups"] as { name: string }[]).map(({ name }) => name),
    ["imagehub.sealos.io", "authentication.k8s.io", "authorization.k8s.io", "events.k8s.io"],
  );
  const { json } = await ask(RESOURCES);
  const names = (json["resources"] as { name: string }[]).map(({ name }) => name);
  const plurals = ["organizations", "repositories", "images", "datapacks", "users"];
  assert.deepEqual(names.toSorted(), [...plurals, ...plurals.map((name) => `${name}/status`)].toSorted());
});

/** Path → names listed. */
const LISTS: [string, string[]][] = [
  [`${RESOURCES}/repositories`, ["org.mysql", "org.redis", "team.mysql-exporter"]],
  [`${NAMED}/organizations?fieldSelector=metadata.name=org`, ["org"]],
  [`${NAMED}/repositories?labelSelector=imagehub.sealos.io/organization=org`, ["org.mysql", "org.redis"]],
  [`${NAMED}/repositories?labelSelector=keyword.imagehub.sealos.io/database`, ["org.mysql"]],
  [`${NAMED}/repositories?labelSelector=imagehub.sealos.io/organization!=org`, ["team.mysql-exporter"]],
  [
    `${NAMED}/repositories?labelSelector=imagehub.sealos.io/organization in (org,team),!keyword.imagehub.sealos.io/database`,
    ["org.redis", "team.mysql-exporter"],
  ],
  [`${NAMED}/images?fieldSelector=spec.name=org/mysql:8.0`, ["org.mysql.8.0"]],
  [`${NAMED}/images?fieldSelector=metadata.name!=org.mysql.8.0&labelSelector=imagehub.sealos.io/tag=8.0`, []],
  [`${NAMED}/images?fieldSelector=spec.name=org/mysql:8.0&fieldSelector=spec.name=x`, ["org.mysql.8.0"]],
];

for (const [path, expected] of LISTS) {
  test(`${path.slice(RESOURCES.length)} lists ${expected.length}`, async () => {
    const { json, status, text } = await ask(path);
    assert.equal(status, 200, text);
    const items = json["items"] as { metadata: { name: string } }[];
    assert.deepEqual(
      items.map(({ metadata }) => metadata.name),
      expected,
    );
    assert.match(json["kind"] as string, /List$/);
  });
}

/** Path → status and reason. */
const FAILURES: [string, Asked, number, string][] = [
  [`${NAMED}/images/org.absent.v1`, {}, 404, "NotFound"],
  [`${NAMED}/nothings`, {}, 404, "NotFound"],
  [`${NAMED}/nothings/x`, {}, 404, "NotFound"],
  [`${RESOURCES}/namespaces/default/images`, {}, 404, "NotFound"],
  ["/apis/apps/v1/deployments", {}, 404, "NotFound"],
  [`${RESOURCES}/images?limit=x`, {}, 400, "BadRequest"],
  [`${RESOURCES}/images?labelSelector=a=b=c`, {}, 400, "BadRequest"],
  [`${RESOURCES}/images?fieldSelector=spec.docs=x`, {}, 400, "BadRequest"],
  [`${RESOURCES}/images?continue=x`, {}, 410, "Expired"],
  [`${RESOURCES}/images?watch=1&labelSelector=a=b=c`, {}, 400, "BadRequest"],
  [`${RESOURCES}/images`, { credentials: basic("admin", "wrong") }, 401, "Unauthorized"],
];

for (const [path, asked, code, reason] of FAILURES) {
  test(`${path.slice(0, 80)} is a Status with ${code} ${reason}`, async () => {
    const answer = await ask(path, asked);
    assert.equal(answer.status, code, answer.text);
    // What it is about is compared with Kubernetes' own answers in test/bad-requests.
    const { message, details: _, ...status } = answer.json;
    assert.deepEqual(status, {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      reason,
      code,
    });
    assert.ok((message as string).length > 10);
  });
}

test("a watch begins with what is there, and shows the image of a push", { timeout: 20_000 }, async () => {
  const stopping = new AbortController();
  const query = "watch=true&resourceVersion=0&fieldSelector=spec.name=org/new:v1&timeoutSeconds=-1";
  const response = await fetch(`${hub.url}${RESOURCES}/images?${query}`, { signal: stopping.signal });
  assert.equal(response.headers.get("content-type"), "application/json");
  await pushImage(hub, await buildImage(), { repository: "org/new", reference: "v1" });
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (text.includes("\n")) break;
  }
  const event = JSON.parse(text.slice(0, text.indexOf("\n"))) as { type: string; object: { spec: object } };
  assert.equal(event.type, "ADDED");
  assert.deepEqual(event.object.spec, { name: "org/new:v1" });
  stopping.abort();
});

test("a watch from a version that is no more, or never was, says so and ends", async () => {
  const { text } = await ask(`${RESOURCES}/images?watch=true&resourceVersion=999999999`);
  const { type, object } = JSON.parse(text) as { type: string; object: { reason: string; code: number } };
  assert.deepEqual([type, object.reason, object.code], ["ERROR", "Expired", 410]);
  const { status } = await ask(`${RESOURCES}/images?watch=true&resourceVersion=x`);
  assert.equal(status, 400);
});

test("a watch ends when its time is over", async () => {
  const { status, text } = await ask(`${RESOURCES}/datapacks?watch=true&timeoutSeconds=1`);
  assert.deepEqual([status, text], [200, ""]);
});

test("pages and APIs come with the headers that keep others' scripts, frames and guesses out", async () => {
  for (const path of [
    "/",
    "/r/org/mysql",
    "/nothing",
    "/api/v1/hub",
    "/api/v1/identities",
    "/api/v1/identities/{id}",
    "/api/v1/nothing",
    `${NAMED}/images`,
    "/healthz",
  ]) {
    const { headers } = await ask(path);
    const policy = headers.get("content-security-policy") ?? "";
    assert.match(policy, /default-src 'self'/, path);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.match(policy, /object-src 'none'/);
    assert.doesNotMatch(policy, /script-src[^;]*unsafe/);
    assert.equal(headers.get("x-frame-options"), "DENY");
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("referrer-policy"), "same-origin");
    assert.equal(headers.get("x-powered-by"), null);
  }
});

test("in a browser, the name that clients pull leads to the page of its repository", async () => {
  for (const [path, location] of [
    ["/org/app", "/r/org/app"],
    ["/org/app/", "/r/org/app"],
    ["/org/app:v1.2?x=y", "/r/org/app?tag=v1.2"],
    ["/org/deep/app", "/r/org/deep/app"],
    ["/org", null],
    ["/Org/app", null],
    ["/org/app:v1:v2", null],
    ["//evil.example/app", null],
    ["/evil.example/../app", null],
    ["/org/app:%0d%0ax", null],
  ] as const) {
    const response = await fetch(hub.url + path, { headers: { accept: "text/html" }, redirect: "manual" });
    assert.equal(response.headers.get("location"), location, path);
    assert.equal(response.status >= 400, location === null, path);
  }
  assert.equal((await fetch(`${hub.url}/org/app`)).status, 404);
});

test("what is wrong with an address or its method is told, never with a page or a stack", async () => {
  for (const [path, status] of [
    ["/%zz", 400],
    ["/api/v1/%zz", 400],
    [`/api/v1/${"x".repeat(2000)}`, 404],
  ] as const) {
    const answer = await ask(path);
    assert.equal(answer.status, status, answer.text);
    assert.equal(answer.json["status"], status);
    assert.doesNotMatch(answer.text, /<html|node_modules|\.ts:/);
  }
});

test("health and metrics are there for who operates the hub", async () => {
  for (const path of ["/livez", "/readyz", "/healthz"]) {
    const { status, text } = await ask(path);
    assert.deepEqual([status, text], [200, "ok\n"]);
  }
  const { text } = await ask("/metrics");
  assert.match(text, /^imagehub_http_requests_total\{api="registry",method="PUT",status="201"\} \d+$/m);
  assert.match(text, /^imagehub_reconcile_waiting\{controller="image"\} 0$/m);
  assert.match(text, /^process_resident_memory_bytes \d/m);
});

async function settle(): Promise<void> {
  await controllers.idle();
  await search.caughtUp();
}

test("openapi.json describes the routes that there are, and no other", async () => {
  const response = await fetch(`${hub.url}/api/v1/openapi.json`);
  assert.equal(response.status, 200);
  const { openapi, paths } = (await response.json()) as { openapi: string; paths: Record<string, object> };
  assert.equal(openapi, "3.1.0");
  assert.deepEqual(Object.keys(paths).toSorted(), [
    "/api/v1/audit",
    "/api/v1/deleted",
    "/api/v1/deleted/{id}/restore",
    "/api/v1/hub",
    "/api/v1/identities",
    "/api/v1/identities/{id}",
    "/api/v1/images/{repository}/-/{reference}/readme",
    "/api/v1/invitations/accept",
    "/api/v1/invitations/find",
    "/api/v1/jobs",
    "/api/v1/jobs/{id}",
    "/api/v1/kubeconfig",
    "/api/v1/me",
    "/api/v1/me/password",
    "/api/v1/oidc/callback",
    "/api/v1/oidc/login",
    "/api/v1/organizations/{organization}/invitations",
    "/api/v1/organizations/{organization}/invitations/{id}",
    "/api/v1/organizations/{organization}/membership",
    "/api/v1/organizations/{organization}/robots",
    "/api/v1/organizations/{organization}/robots/{name}",
    "/api/v1/password-reset",
    "/api/v1/search",
    "/api/v1/session",
    "/api/v1/sessions",
    "/api/v1/stars",
    "/api/v1/stars/{repository}",
    "/api/v1/suggest",
    "/api/v1/tokens",
    "/api/v1/tokens/{id}",
    "/api/v1/users",
    "/api/v1/users/{name}",
    "/api/v1/users/{name}/password-reset",
    "/v1/search",
  ]);
});
