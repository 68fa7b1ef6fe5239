import assert from "node:assert/strict";
import { after, test } from "node:test";
import { basic, startTestHub } from "../../test/start-hub.ts";
import { newResource } from "../resources/kinds.ts";
import { message, text } from "./write-protobuf.ts";

const hub = await startTestHub();
after(() => hub.stop());
const { accounts, personalTokens, policies, store } = hub.context;
const PASSWORD = "correct horse battery";
const AUTHORIZATION = "/apis/authorization.k8s.io/v1";

const MEMBERS = [{ kind: "User" as const, name: "alice", role: "publisher" as const }];
for (const name of ["alice", "bob"]) await accounts.register({ name, password: PASSWORD });
await policies.set("org", { defaultVisibility: "public", members: MEMBERS });
for (const [name, visibility] of [
  ["open", "public"],
  ["shut", "private"],
] as const) {
  await store.create(newResource("Repository", `org.${name}`, { spec: { name: `org/${name}`, visibility } }));
}

const CALLERS: Record<string, string | undefined> = {
  anonymous: undefined,
  alice: basic("alice", PASSWORD),
  bob: basic("bob", PASSWORD),
  admin: hub.admin,
};

/** Verb and resource, and the callers who may; each user owns an organization. */
const MAY: [verb: string, resource: string, name: string, callers: string[]][] = [
  ["fly", "images", "", ["admin"]],
  ["create", "pods", "", ["admin"]],
  ["list", "images", "", ["anonymous", "alice", "bob", "admin"]],
  ["create", "images", "", ["alice", "bob", "admin"]],
  ["delete", "repositories", "", ["alice", "bob", "admin"]],
  ["delete", "repositories", "org.open", ["alice", "admin"]],
  ["update", "users", "", ["admin"]],
  ["update", "users", "bob", ["bob", "admin"]],
  ["*", "*", "", ["admin"]],
  ["*", "images", "", ["admin"]],
  ["create", "images", "org.new.v1.2", ["alice", "admin"]],
  ["create", "repositories", "org.new", ["alice", "admin"]],
  ["create", "repositories", "bob.new", ["bob", "admin"]],
  ["create", "repositories", "nobodys.new", ["alice", "bob", "admin"]],
  ["create", "organizations", "org", ["admin"]],
  ["create", "organizations", "alice", ["alice", "admin"]],
  // Of a name with a hash nobody can say where it is.
  ["create", "repositories", `org.a-b-${"0".repeat(32)}`, ["alice", "bob", "admin"]],
  ["patch", "images", "org.new.v1", ["alice", "admin"]],
];

test("who may do what is answered as the doing would be", async () => {
  for (const [verb, resource, name, callers] of MAY) {
    for (const caller of Object.keys(CALLERS)) {
      const { allowed } = await access(caller, { verb, resource, name });
      assert.equal(allowed, callers.includes(caller), `${caller} ${verb} ${resource} ${name}`);
    }
  }
});

test("everything is in one namespace, and status is the hub's", async () => {
  const asked = { verb: "delete", resource: "images" };
  assert.equal((await access("alice", { ...asked, namespace: "default" })).allowed, false);
  assert.equal((await access("alice", { ...asked, subresource: "status" })).allowed, false);
});

test("an administrator writes status, by a whole token too, and nobody else does", async () => {
  const asked = { verb: "update", resource: "images", name: "org.open.v1", subresource: "status" };
  assert.equal((await access("admin", asked)).allowed, true);
  const name = "kubectl";
  for (const [scopes, allowed] of [
    [["admin"], true],
    [["read", "write", "delete"], false],
  ] as const) {
    const words = { name, scopes, repositories: [], expiresAt: undefined };
    const { token } = await personalTokens.create("admin", words);
    CALLERS[name] = `Bearer ${token}`;
    assert.equal((await access(name, asked)).allowed, allowed, scopes.join());
    assert.equal((await access(name, { verb: "*", resource: "*", group: "*" })).allowed, allowed);
  }
});

test("each user changes its own Secrets of releases, as far as its token goes", async () => {
  const words = { name: "x", expiresAt: undefined };
  for (const [name, limits] of Object.entries({
    reader: { scopes: ["read"] as const, repositories: [] },
    narrow: { scopes: ["admin"] as const, repositories: ["org/*"] },
  })) {
    const { token } = await personalTokens.create("bob", { ...words, ...limits });
    CALLERS[name] = `Bearer ${token}`;
  }
  const may: Record<string, string[]> = {
    get: ["anonymous", "reader", "narrow", "bob"],
    create: ["bob"],
    deletecollection: ["bob"],
    watch: [],
  };
  for (const [verb, callers] of Object.entries(may)) {
    for (const caller of ["anonymous", "reader", "narrow", "bob"]) {
      const { allowed } = await access(caller, { verb, group: "", resource: "secrets" });
      assert.equal(allowed, callers.includes(caller), `${caller} ${verb}`);
    }
  }
  const status = { verb: "get", group: "", resource: "secrets", subresource: "status" };
  assert.equal((await access("bob", status)).allowed, false);
  const watch = await access("bob", { verb: "watch", group: "", resource: "secrets" });
  assert.match(watch.reason ?? "", /^secrets have no verb watch; expected create, .*, get, list/);
});

test("a caller is told all that it may, of every group", async () => {
  const response = await post(`${AUTHORIZATION}/selfsubjectrulesreviews`, {
    body: JSON.stringify({ kind: "SelfSubjectRulesReview", spec: { namespace: "sealos-imagehub" } }),
    authorization: CALLERS["bob"],
  });
  const { status } = (await response.json()) as {
    status: { resourceRules: { verbs: string[]; apiGroups: string[]; resources: string[] }[] };
  };
  const verbsOf = (resource: string) =>
    status.resourceRules.find(({ resources }) => resources[0] === resource)?.verbs;
  assert.deepEqual(verbsOf("secrets")?.toSorted(), [
    "create",
    "delete",
    "deletecollection",
    "get",
    "list",
    "patch",
    "update",
  ]);
  assert.deepEqual(verbsOf("namespaces"), ["get", "list"]);
  assert.ok(verbsOf("images")?.includes("create"));
});

test("who may not do everything is told to ask about one thing", async () => {
  for (const asked of [
    { verb: "*", resource: "*", group: "*" },
    { verb: "*", resource: "images" },
    { verb: "delete", resource: "*" },
  ]) {
    assert.match((await access("bob", asked)).reason ?? "", /ask about one verb/);
  }
});

test("a question about what somebody may not see is answered as about what is not there", async () => {
  for (const verb of ["delete", "patch"]) {
    const asked = { verb, resource: "repositories" };
    const hidden = await access("bob", { ...asked, name: "org.shut" });
    const gone = await access("bob", { ...asked, name: "org.gone" });
    assert.deepEqual(hidden, { ...gone, reason: gone.reason?.replace("org.gone", "org.shut") });
    assert.match(hidden.reason ?? "", new RegExp(`User "bob" cannot ${verb} resource "repositories"`));
  }
});

test("what no review is, is refused", async () => {
  for (const [path, body] of [
    ["selfsubjectaccessreviews", ""],
    ["selfsubjectaccessreviews", "[]"],
    ["selfsubjectaccessreviews", '{"kind":"SelfSubjectRulesReview"}'],
  ] as const) {
    assert.equal((await post(`${AUTHORIZATION}/${path}`, { body })).status, 400, body);
  }
  const empty = JSON.stringify({ kind: "SelfSubjectAccessReview" });
  assert.equal((await post(`${AUTHORIZATION}/selfsubjectaccessreviews`, { body: empty })).status, 422);
});

/** `runtime.Unknown`: its type, then the review. */
const PROTOBUF = Buffer.concat([
  message(1, [text(1, "authorization.k8s.io/v1"), text(2, "SelfSubjectAccessReview")]),
  message(2, [
    message(2, [message(1, [text(2, "create"), text(3, "imagehub.sealos.io"), text(5, "images")])]),
  ]),
]);

test("kubectl asks in protobuf, whole or cut off", async () => {
  const type = "application/vnd.kubernetes.protobuf";
  const url = `${AUTHORIZATION}/selfsubjectaccessreviews`;
  const whole = Buffer.concat([Buffer.from("k8s\0"), PROTOBUF]);
  const authorization = CALLERS["bob"];
  const response = await post(url, { body: whole, type, authorization });
  assert.equal(response.status, 201);
  assert.equal(((await response.json()) as Review).status.allowed, true);
  for (const length of [0, 3, 5, 10, whole.length - 1]) {
    const cut = await post(url, { body: whole.subarray(0, length), type, authorization });
    assert.ok(cut.status === 400 || cut.status === 422, String(length));
  }
});

test("a caller is told who it is", async () => {
  for (const [caller, username] of [
    ["anonymous", "system:anonymous"],
    ["bob", "bob"],
  ] as const) {
    const response = await post("/apis/authentication.k8s.io/v1/selfsubjectreviews", {
      body: JSON.stringify({ kind: "SelfSubjectReview" }),
      authorization: CALLERS[caller],
    });
    const { status } = (await response.json()) as { status: { userInfo: { username: string } } };
    assert.equal(status.userInfo.username, username);
  }
});

interface Review {
  status: { allowed: boolean; reason?: string };
}

async function access(
  caller: string,
  attributes: { verb: string; resource: string } & Record<string, string>,
): Promise<Review["status"]> {
  const group = attributes.resource === "pods" ? "" : "imagehub.sealos.io";
  const review = {
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes: { group, ...attributes } },
  };
  const response = await post(`${AUTHORIZATION}/selfsubjectaccessreviews`, {
    body: JSON.stringify(review),
    authorization: CALLERS[caller],
  });
  assert.equal(response.status, 201);
  return ((await response.json()) as Review).status;
}

function post(
  path: string,
  {
    body,
    type = "application/json",
    authorization,
  }: { body: string | Buffer; type?: string; authorization?: string | undefined },
): Promise<Response> {
  const headers = { "content-type": type, ...(authorization !== undefined && { authorization }) };
  const bytes = typeof body === "string" ? body : new Uint8Array(body);
  return fetch(hub.url + path, { method: "POST", headers, body: bytes });
}
