import assert from "node:assert/strict";
import { after, test } from "node:test";
import type {
  Accepted,
  InvitationList,
  InvitationShownOnce,
  NewInvitation,
} from "../src/api/contract/invitations.ts";
import type { Me } from "../src/api/contract/me.ts";
import type { Problem } from "../src/api/contract/problem.ts";
import { basic, startTestHub } from "./start-hub.ts";

const hub = await startTestHub();
after(() => hub.stop());
const PASSWORD = "correct horse battery";
const [olga, bob, carol] = ["olga", "bob", "carol"].map((name) => basic(name, PASSWORD));
for (const name of ["olga", "bob", "carol"])
  await hub.context.accounts.register({ name, password: PASSWORD });
const NAMED = "/apis/imagehub.sealos.io/v1/namespaces/sealos-imagehub";
const INVITATIONS = "/api/v1/organizations/team/invitations";
const MEMBERSHIP = "/api/v1/organizations/team/membership";
const team = {
  apiVersion: "imagehub.sealos.io/v1",
  kind: "Organization",
  metadata: { name: "team" },
  spec: {},
};
assert.equal((await request("POST", `${NAMED}/organizations`, olga, team)).status, 201);
await hub.context.controllers.idle();

test("an invitation that is not known, over, revoked or used up lets nobody in", async () => {
  const { token, id } = await invite({ role: "reader" });
  const short = await invite({ role: "reader", expiresAt: new Date(Date.now() + 60_000).toISOString() });
  await hub.context.database.write((transaction) =>
    transaction.updateTable("invitations").set({ expires_at: 1 }).where("id", "=", short.id).execute(),
  );
  assert.equal((await request("DELETE", `${INVITATIONS}/${id}`, olga)).status, 204);
  for (const text of ["", "ihi_none", short.token, token]) {
    const response = await accept(bob, text);
    assert.equal(response.status, 404, text);
    assert.match(((await response.json()) as Problem).detail ?? "", /ask for another/);
  }
  assert.equal(await roleOf(bob), undefined);
});

test("an invitation of one use lets one of two in who come at once, with its role, at once", async () => {
  const { token } = await invite({ role: "publisher" });
  const statuses = await Promise.all(
    [bob, carol].map(async (caller) => (await accept(caller, token)).status),
  );
  assert.deepEqual(statuses.toSorted(), [200, 404]);
  const roles = [await roleOf(bob), await roleOf(carol)];
  assert.deepEqual(
    roles.filter((role) => role !== undefined),
    ["publisher"],
  );
  await hub.context.controllers.idle();
  const resource = await hub.context.store.get("Organization", "team");
  assert.equal(resource.spec.members?.length, 2);
});

test("who has the role, or a higher one, takes no use", async () => {
  const { token } = await invite({ role: "reader", uses: 2 });
  assert.equal(((await (await accept(olga, token)).json()) as Accepted).role, "owner");
  const { items } = (await (await request("GET", INVITATIONS, olga)).json()) as InvitationList;
  assert.equal(items[0]?.usesLeft, 2);
  assert.ok(!JSON.stringify(items).includes(token));
});

test("an invitation lowers no role, though the rows that pushes go by are behind the Organization", async () => {
  const members = async () => (await hub.context.store.get("Organization", "team")).spec.members;
  const before = await members();
  await hub.context.database.write((transaction) =>
    transaction.deleteFrom("organization_members").where("name", "in", ["bob", "carol"]).execute(),
  );
  const { token } = await invite({ role: "reader", uses: 2 });
  const roles: string[] = [];
  for (const caller of [bob, carol])
    roles.push(((await (await accept(caller, token)).json()) as Accepted).role);
  assert.deepEqual(roles.toSorted(), ["publisher", "reader"]);
  const publishers = before?.filter(({ role }) => role === "publisher") ?? [];
  assert.equal(publishers.length, 1);
  assert.deepEqual(
    (await members())?.filter(({ role }) => role === "publisher"),
    publishers,
  );
});

test("the last owner does not leave, and is told what to do; with another one, she may", async () => {
  const refused = await request("DELETE", MEMBERSHIP, olga);
  assert.equal(refused.status, 409);
  assert.match(
    ((await refused.json()) as Problem).detail ?? "",
    /last owner; make another member owner first/,
  );
  const pending = await invite({ role: "reader" });
  for (const caller of [bob, carol]) await accept(caller, (await invite({ role: "owner" })).token);
  assert.equal((await request("DELETE", MEMBERSHIP, olga)).status, 204);
  assert.equal(await roleOf(olga), undefined);
  assert.equal((await request("DELETE", MEMBERSHIP, olga)).status, 404);
  // What she gave while she was an owner is hers to give no more.
  assert.equal((await accept(olga, pending.token)).status, 404);
});

test("an owner without an account is none to whom the last one could leave an organization; a group with a user is", async () => {
  const leave = () => request("DELETE", "/api/v1/organizations/crew/membership", bob);
  const own = { kind: "User", name: "bob", role: "owner" };
  const absent = { kind: "User", name: "nobody", role: "owner" };
  const crew = { ...team, metadata: { name: "crew" }, spec: { members: [own, absent] } };
  assert.equal((await request("POST", `${NAMED}/organizations`, bob, crew)).status, 201);
  const refused = await leave();
  assert.equal(refused.status, 409);
  const { detail } = (await refused.json()) as Problem;
  assert.match(detail ?? "", /no other owner that it names is there; make another member owner first/);

  await hub.context.database.write((transaction) =>
    transaction.insertInto("user_groups").values({ user_name: "carol", group_name: "/crew" }).execute(),
  );
  const members = [own, absent, { kind: "Group", name: "/crew", role: "owner" }];
  const patch = await fetch(`${hub.url}${NAMED}/organizations/crew`, {
    method: "PATCH",
    headers: { authorization: bob ?? "", "content-type": "application/merge-patch+json" },
    body: JSON.stringify({ spec: { members } }),
  });
  assert.equal(patch.status, 200);
  assert.equal((await leave()).status, 204);
  const { spec } = await hub.context.store.get("Organization", "crew");
  assert.deepEqual(spec.members, members.slice(1));
});

test("only owners invite", async () => {
  assert.equal((await request("POST", INVITATIONS, olga, { role: "owner" })).status, 403);
  assert.equal((await request("POST", INVITATIONS, bob, { role: "owner", uses: 1001 })).status, 400);
});

async function invite(words: NewInvitation): Promise<InvitationShownOnce> {
  const response = await request("POST", INVITATIONS, olga, words);
  assert.equal(response.status, 201);
  return (await response.json()) as InvitationShownOnce;
}

function accept(caller: string | undefined, token: string): Promise<Response> {
  return request("POST", "/api/v1/invitations/accept", caller, { token });
}

async function roleOf(caller: string | undefined): Promise<string | undefined> {
  const { organizations } = (await (await request("GET", "/api/v1/me", caller)).json()) as Me;
  return organizations.find(({ name }) => name === "team")?.role;
}

function request(method: string, path: string, authorization = "", body?: object): Promise<Response> {
  return fetch(hub.url + path, {
    method,
    headers: { authorization, ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
}
