import assert from "node:assert/strict";
import { test } from "node:test";
import { newResource } from "../resources/kinds.ts";
import { ensureOrganization } from "./ensure-organization.ts";
import { openTestHub } from "../../test/controllers-hub.ts";

const ALICE = { kind: "User", name: "alice", role: "owner" } as const;

test("ensureOrganization() makes an organization with its policy in force, owned by who is named", async () => {
  await using hub = await openTestHub();
  await hub.controllers.stop();
  const organization = await ensureOrganization(hub, "labring", { owner: "alice" });
  assert.deepEqual(organization.spec, { members: [ALICE] });
  assert.deepEqual(await hub.policies.find("labring"), { defaultVisibility: "public", members: [ALICE] });
});

test("ensureOrganization() puts the policy of one that a user made in force", async () => {
  await using hub = await openTestHub();
  await hub.controllers.stop();
  const spec = { defaultVisibility: "private", members: [ALICE] } as const;
  await hub.store.create(
    newResource("Organization", "labring", { spec: { ...spec, members: [...spec.members] } }),
  );
  await ensureOrganization(hub, "labring", { owner: "bob" });
  assert.deepEqual(await hub.policies.find("labring"), spec);
});

test("ensureOrganization() gives an organization whose resource is lost the members it had", async () => {
  await using hub = await openTestHub();
  await hub.controllers.stop();
  await hub.policies.set("labring", { defaultVisibility: "private", members: [ALICE] });
  const organization = await ensureOrganization(hub, "labring", { owner: "bob" });
  assert.deepEqual(organization.spec, { defaultVisibility: "private", members: [ALICE] });
});

test("ensureOrganization() called twice at once makes one organization", async () => {
  await using hub = await openTestHub();
  await hub.controllers.stop();
  const [left, right] = await Promise.all([
    ensureOrganization(hub, "labring", { owner: "alice" }),
    ensureOrganization(hub, "labring", { owner: "bob" }),
  ]);
  assert.equal(left.metadata.uid, right.metadata.uid);
});
