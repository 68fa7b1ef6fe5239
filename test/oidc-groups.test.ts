import assert from "node:assert/strict";
import { after, test } from "node:test";
import { NotFoundError } from "../src/resource-store/errors.ts";
import type { Member } from "../src/resources/organization.ts";
import { newResource } from "../src/resources/kinds.ts";
import { buildImage } from "./image-builder.ts";
import { makePrivate } from "./make-private.ts";
import { meOf, startOidcHub } from "./oidc-hub.ts";
import { pushImage } from "./registry-client.ts";
import { basic } from "./start-hub.ts";
import { createWebBrowser } from "./web-browser.ts";

const people: Record<string, Record<string, unknown>> = {
  alice: { preferred_username: "alice", groups: ["/devs", "/ops"] },
  bob: { preferred_username: "bob", groups: ["/devs"] },
};
const hub = await startOidcHub(people, {
  "log-level": "fatal",
  "oidc-groups":
    "/devs=team:reader,/ops=team:publisher,/ops=platform:owner,/devs=nowhere:owner,/all=team:reader",
});
after(() => hub.stop());
const { store, policies, controllers } = hub.context;
await make("team", [
  { kind: "User", name: "admin", role: "owner" },
  { kind: "User", name: "bob", role: "publisher" },
]);
await make("platform", [{ kind: "User", name: "admin", role: "owner" }]);

test("groups make their members what they say, of several the most, in organizations that are there", async () => {
  assert.deepEqual(await rolesOf("alice"), { alice: "owner", platform: "owner", team: "publisher" });
  assert.equal(await policies.find("nowhere"), undefined);
});

test("who was made a member otherwise stays what it is", async () => {
  assert.deepEqual(await rolesOf("bob"), { bob: "owner", team: "publisher" });
  people["bob"] = { ...people["bob"], groups: [] };
  assert.deepEqual(await rolesOf("bob"), { bob: "owner", team: "publisher" });
});

test("a group that is lost takes with it what it gave, at the next login", async () => {
  people["alice"] = { ...people["alice"], groups: ["/devs"] };
  assert.deepEqual(await rolesOf("alice"), { alice: "owner", team: "reader" });
  people["alice"] = { preferred_username: "alice" };
  assert.deepEqual(await rolesOf("alice"), { alice: "owner" });
  assert.deepEqual(await membersOf("platform"), [{ kind: "User", name: "admin", role: "owner" }]);
});

test("what an owner makes of a member by a group lasts to its next login", async () => {
  people["alice"] = { ...people["alice"], groups: ["/devs"] };
  await rolesOf("alice");
  const team = await store.get("Organization", "team");
  const members = (team.spec.members ?? []).map((member) =>
    member.name === "alice" ? { ...member, role: "owner" as const } : member,
  );
  await store.update({ ...team, spec: { ...team.spec, members } });
  assert.deepEqual(await rolesOf("alice"), { alice: "owner", team: "reader" });
});

test("an organization that was deleted is not made anew", async () => {
  const path = "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub/organizations/team";
  const headers = { authorization: hub.admin };
  assert.equal((await fetch(hub.url + path, { method: "DELETE", headers })).status, 200);
  await controllers.idle();
  await rolesOf("alice");
  await assert.rejects(store.get("Organization", "team"), NotFoundError);
});

test("changes are in the audit, with the organization", async () => {
  const records = [];
  for await (const page of hub.context.audit.read({ action: "organization.membership" }))
    records.push(...page);
  const seen = records.map(({ actor, resource, organization }) => `${actor} ${resource} ${organization}`);
  assert.deepEqual(new Set(seen), new Set(["alice alice team", "alice alice platform"]));
});

test("a group that is a member gives whoever is in it its role, in every API, until a login says otherwise", async () => {
  people["carol"] = { preferred_username: "carol", groups: ["/writers", "/readers"] };
  await make("shared", [
    { kind: "User", name: "admin", role: "owner" },
    { kind: "Group", name: "/writers", role: "publisher" },
    { kind: "Group", name: "/readers", role: "reader" },
    { kind: "Group", name: "bob", role: "owner" },
  ]);
  const image = await buildImage({});
  await pushImage(hub, image, { repository: "shared/secret", reference: "v1" });
  await makePrivate(hub, "shared/secret");
  people["bob"] = { ...people["bob"], groups: ["/writers"] };
  const browser = createWebBrowser();
  await hub.logIn(browser, "carol");
  assert.deepEqual(await rolesOf("carol"), { carol: "owner", shared: "publisher" });
  assert.deepEqual(await rolesOf("bob"), { bob: "owner", shared: "publisher" });
  const { token } = await hub.context.personalTokens.create("carol", {
    name: "ci",
    scopes: ["read", "write"],
    repositories: [],
    expiresAt: undefined,
  });
  const authorization = basic("carol", token);
  await pushImage(hub, image, { repository: "shared/secret", reference: "v2", authorization });
  await hub.context.search.caughtUp();
  for (const path of [
    "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub/repositories/shared.secret",
    "/api/v1/search?q=secret",
  ]) {
    const seen = await fetch(hub.url + path, { headers: { authorization } });
    assert.match(await seen.text(), /shared\/secret/);
  }
  const left = await browser.send(`${hub.url}/api/v1/organizations/shared/membership`, {
    method: "DELETE",
    headers: { origin: hub.url },
  });
  assert.deepEqual([left.status, (await left.text()).includes("by a group")], [409, true]);

  people["carol"] = { ...people["carol"], groups: ["/readers"] };
  assert.deepEqual(await rolesOf("carol"), { carol: "owner", shared: "reader" });
  await assert.rejects(
    pushImage(hub, image, { repository: "shared/secret", reference: "v3", authorization }),
  );
  await policies.set("shared", {
    defaultVisibility: "public",
    members: [{ kind: "User", name: "admin", role: "owner" }],
  });
  assert.equal(
    await hub.context.access.role({ kind: "user", name: "carol", administrator: false }, "shared"),
    undefined,
  );
});

/** What somebody is, after logging in anew. */
async function rolesOf(login: string): Promise<Record<string, string>> {
  const browser = createWebBrowser();
  await hub.logIn(browser, login);
  const { organizations } = await meOf(hub, browser);
  const sorted = organizations.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return Object.fromEntries(sorted.map(({ name, role }) => [name, role]));
}

async function make(name: string, members: Member[]): Promise<void> {
  await store.create(newResource("Organization", name, { spec: { members } }));
  await policies.set(name, { defaultVisibility: "public", members });
}

async function membersOf(name: string): Promise<readonly Member[] | undefined> {
  return (await store.get("Organization", name)).spec.members;
}
