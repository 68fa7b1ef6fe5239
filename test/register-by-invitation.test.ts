import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { InvitationOffer, InvitationShownOnce, NewInvitation } from "../src/api/contract/invitations.ts";
import type { Me } from "../src/api/contract/me.ts";
import type { Problem } from "../src/api/contract/problem.ts";
import { newResource } from "../src/resources/kinds.ts";
import { eventually } from "./controllers-hub.ts";
import { basic, startTestHub } from "./start-hub.ts";

const hub = await startTestHub({ registration: "closed" });
after(() => hub.stop());
const { accounts, store, invitations } = hub.context;
const PASSWORD = "correct horse battery";
const olga = basic("olga", PASSWORD);
await accounts.register({ name: "olga", password: PASSWORD });
const members = [{ kind: "User" as const, name: "olga", role: "owner" as const }];
await store.create(newResource("Organization", "team", { spec: { members } }));
await eventually(async () => assert.ok(await hub.context.policies.find("team")));

test("an invitation tells nobody what it is to but who has its secret, and its link keeps that to itself", async () => {
  const { token, url, expiresAt } = await invite({ role: "publisher" });
  assert.equal(url, `${hub.url}/invitations#${token}`);
  const offer = (await (await post("/api/v1/invitations/find", { token })).json()) as InvitationOffer;
  assert.deepEqual(offer, { organization: "team", role: "publisher", createdBy: "olga", expiresAt });
  assert.equal((await post("/api/v1/invitations/find", { token: "ihi_none" })).status, 404);
});

test("where registration is closed an account is made without an invitation, or with one that is none, by nobody", async () => {
  assert.equal((await register("bob", undefined)).status, 403);
  assert.equal((await register("bob", "ihi_none")).status, 404);
  assert.equal(await accounts.exists("bob"), false);
});

test("who is invited makes an account, and is a member at once; the use is taken, and one that failed is not", async () => {
  const { token, id } = await invite({ role: "publisher", uses: 2 });
  for (const [name, password] of [
    ["olga", PASSWORD],
    ["api", PASSWORD],
    ["bob", "short"],
  ] as const) {
    assert.equal((await register(name, token, password)).status, 422, name);
  }
  assert.equal(await usesOf(id), 2);
  assert.equal((await register("bob", token)).status, 201);
  assert.equal(await usesOf(id), 1);
  const { organizations } = (await (
    await fetch(`${hub.url}/api/v1/me`, { headers: { authorization: basic("bob", PASSWORD) } })
  ).json()) as Me;
  assert.deepEqual(organizations.map(({ name, role }) => `${name} ${role}`).toSorted(), [
    "bob owner",
    "team publisher",
  ]);
});

test("an invitation of one use makes one account of two that are asked for at once", async () => {
  const { token } = await invite({ role: "reader" });
  const statuses = await Promise.all(
    ["carol", "dave"].map(async (name) => (await register(name, token)).status),
  );
  assert.deepEqual(statuses.toSorted(), [201, 404]);
});

test("an owner who was disabled lets nobody in any more", async () => {
  const { token } = await invite({ role: "owner" });
  await hub.context.accountAdministration.setDisabled("olga", true);
  const refused = await register("erin", token);
  assert.equal(refused.status, 404);
  assert.match(((await refused.json()) as Problem).detail ?? "", /ask for another/);
  assert.equal((await post("/api/v1/invitations/find", { token })).status, 404);
});

async function invite(words: NewInvitation): Promise<InvitationShownOnce> {
  const response = await post("/api/v1/organizations/team/invitations", words, olga);
  assert.equal(response.status, 201);
  return (await response.json()) as InvitationShownOnce;
}

async function usesOf(id: string): Promise<number | undefined> {
  return (await invitations.list("team")).find((one) => one.id === id)?.usesLeft;
}

function register(name: string, invitation: string | undefined, password = PASSWORD): Promise<Response> {
  return post("/api/v1/users", { name, password, ...(invitation !== undefined && { invitation }) });
}

function post(path: string, body: object, authorization?: string): Promise<Response> {
  return fetch(hub.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...(authorization !== undefined && { authorization }) },
    body: JSON.stringify(body),
  });
}
