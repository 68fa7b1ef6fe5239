import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Problem } from "../src/api/contract/problem.ts";
import type { NewRobot, Robot, RobotList, RobotShownOnce } from "../src/api/contract/robots.ts";
import { buildImage } from "./image-builder.ts";
import { bearer, pushImage } from "./registry-client.ts";
import { basic, startTestHub } from "./start-hub.ts";

const hub = await startTestHub({ "listen-tls": "127.0.0.1:0" });
after(() => hub.stop());
const PASSWORD = "correct horse battery";
const alice = basic("alice", PASSWORD);
await hub.context.accounts.register({ name: "alice", password: PASSWORD });
const image = await buildImage({ layers: [{ files: { "README.md": "# Hello" } }] });
await pushImage(hub, image, { repository: "alice/app", reference: "v1", authorization: alice });
await hub.context.controllers.idle();

const ROBOTS = "/api/v1/organizations/alice/robots";
const NAMED = "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub";

/** Body → status and words of its refusal. */
const REFUSED: [string, object, number, RegExp][] = [
  ["a name that a shell would read", { name: "a;b", scopes: ["read"] }, 400, /name/],
  ["a name with a plus", { name: "a+b", scopes: ["read"] }, 400, /name/],
  ["scope admin", { name: "x", scopes: ["admin"] }, 400, /scopes.*: read, write, delete$/],
  [
    "another's repositories",
    { name: "x", scopes: ["read"], repositories: ["bob/*"] },
    422,
    /within the organization/,
  ],
  ["all repositories", { name: "x", scopes: ["read"], repositories: ["*"] }, 422, /within the organization/],
  [
    "a time that is over",
    { name: "x", scopes: ["read"], expiresAt: "2001-01-01T00:00:00Z" },
    422,
    /a time to come/,
  ],
];

for (const [what, body, status, message] of REFUSED) {
  test(`a robot with ${what} is refused`, async () => {
    const response = await request("POST", ROBOTS, alice, body);
    const problem = (await response.json()) as Problem;
    assert.equal(response.status, status);
    assert.match(`${problem.field} ${problem.detail}`, message);
  });
}

test("a robot's token has a form of its own, and is in no answer but the one that made it", async () => {
  const { token, login } = await create({ name: "shown", scopes: ["read"] });
  assert.match(token, /^iht_[0-9A-Za-z]{49}$/);
  assert.equal(login, "alice+shown");
  const list = await (await request("GET", ROBOTS, alice)).text();
  assert.ok(list.includes("alice+shown") && !list.includes(token.slice(4, 20)));
  const rows = await hub.context.database.read.selectFrom("robots").selectAll().execute();
  assert.ok(!JSON.stringify(rows).includes(token.slice(4, 20)));
  assert.equal((await request("POST", ROBOTS, alice, { name: "shown", scopes: ["read"] })).status, 409);
});

test("a robot pushes as its name within its patterns, and nowhere else", async () => {
  const { token, login } = await create({
    name: "push",
    scopes: ["read", "write"],
    repositories: ["alice/app*"],
  });
  const credentials = basic(login, token);
  const push = (repository: string) => bearer(hub, [`repository:${repository}:pull,push`], credentials);
  await pushImage(hub, image, {
    repository: "alice/app2",
    reference: "v1",
    authorization: await push("alice/app2"),
  });
  const pushed = await hub.context.content.tags.find("alice/app2" as never, "v1" as never);
  assert.equal(pushed?.pushedBy, "alice+push");
  for (const repository of ["alice/other", "nobodys/app", "admin/app"]) {
    const response = await fetch(`${hub.url}/v2/${repository}/blobs/uploads/`, {
      method: "POST",
      headers: { authorization: await push(repository) },
    });
    assert.equal(response.status, 401, repository);
  }
  const deletion = await request("DELETE", "/v2/alice/app2/manifests/v1", credentials);
  assert.equal(deletion.status, 401);
});

test("a robot is no password of another, and no owner: it has no account, makes no robots and no organizations", async () => {
  const { token } = await create({ name: "all", scopes: ["read", "write", "delete"] });
  const bearerToken = `Bearer ${token}`;
  assert.equal((await request("GET", "/api/v1/me", basic("alice", token))).status, 401);
  assert.equal((await request("GET", "/api/v1/me", bearerToken)).status, 200);
  assert.equal((await request("GET", "/api/v1/tokens", bearerToken)).status, 403);
  assert.equal((await request("POST", ROBOTS, bearerToken, { name: "x", scopes: ["read"] })).status, 403);
  const kind = { apiVersion: "imagehub.sealos.io/v1", kind: "Organization" };
  const made = await request("POST", `${NAMED}/organizations`, bearerToken, {
    ...kind,
    metadata: { name: "made" },
  });
  assert.equal(made.status, 403);
  const visibility = await patch("repositories/alice.app", bearerToken, { visibility: "private" });
  assert.equal(visibility.status, 403);
  assert.equal(
    (await patch("repositories/alice.app", bearerToken, { description: "by a robot" })).status,
    200,
  );
});

test("a robot's kubeconfig has its own token", async () => {
  const { token } = await create({ name: "kube", scopes: ["read"] });
  const text = await (await request("GET", "/api/v1/kubeconfig", `Bearer ${token}`)).text();
  assert.ok(text.includes(`token: ${token}`) && text.includes("alice+kube"));
});

test("a robot that is changed or deleted ends what was got with it before; its name made anew revives nothing", async () => {
  const words: NewRobot = { name: "ends", scopes: ["read"] };
  const { token, login } = await create(words);
  const pulls = await bearer(hub, ["repository:alice/app:pull"], basic(login, token));
  assert.equal(await pulled(pulls), 200);
  const changed = (await (
    await request("PATCH", `${ROBOTS}/ends`, alice, { scopes: ["write"] })
  ).json()) as Robot;
  assert.deepEqual(changed.scopes, ["write"]);
  assert.equal(await pulled(pulls), 401);
  await request("PATCH", `${ROBOTS}/ends`, alice, { scopes: ["read"] });
  assert.equal(await pulled(pulls), 200);
  await hub.context.refreshTokens.create(await hub.context.robots.logIn(token));
  assert.equal((await request("DELETE", `${ROBOTS}/ends`, alice)).status, 204);
  const kept = await hub.context.database.read.selectFrom("refresh_tokens").select("name").execute();
  assert.ok(!kept.some(({ name }) => name === login));
  await create(words);
  assert.equal(await pulled(pulls), 401);
  assert.equal((await request("GET", "/token", basic(login, token))).status, 401);
});

test("a robot's use is noted", async () => {
  const { token } = await create({ name: "used", scopes: ["read"] });
  await request("GET", "/api/v1/me", `Bearer ${token}`);
  for (;;) {
    const { items } = (await (await request("GET", ROBOTS, alice)).json()) as RobotList;
    if (items.find(({ name }) => name === "used")?.lastUsedAt !== undefined) return;
  }
});

async function create(words: NewRobot): Promise<RobotShownOnce> {
  const response = await request("POST", ROBOTS, alice, words);
  assert.equal(response.status, 201);
  return (await response.json()) as RobotShownOnce;
}

async function pulled(authorization: string): Promise<number> {
  return (await request("GET", "/v2/alice/app/manifests/v1", authorization)).status;
}

function patch(path: string, authorization: string, spec: object): Promise<Response> {
  return fetch(`${hub.url}${NAMED}/${path}`, {
    method: "PATCH",
    headers: { authorization, "content-type": "application/merge-patch+json" },
    body: JSON.stringify({ spec }),
  });
}

function request(method: string, path: string, authorization: string, body?: object): Promise<Response> {
  return fetch(hub.url + path, {
    method,
    headers: { authorization, ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
}
