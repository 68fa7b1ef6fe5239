import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openSqlite } from "../database/sqlite.ts";
import type { Member } from "../resources/organization.ts";
import { createAccounts } from "./accounts.ts";
import { createUserGroups } from "./oidc/user-groups.ts";
import { createOrganizationPolicies, type OrganizationPolicy } from "./organization-policies.ts";

const folder = await mkdtemp(join(tmpdir(), "policies-"));
const database = await openSqlite(join(folder, "hub.db"));
const policies = createOrganizationPolicies({ database });
after(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

test("of all who claim an organization at once, one gets it, and nobody after", async () => {
  const owners = ["ann", "bob", "cem"];
  const claims = await Promise.all(owners.map((owner) => policies.claim("acme", ownedBy(owner))));
  assert.equal(claims.filter(Boolean).length, 1);
  const winner = owners[claims.indexOf(true)] ?? "";
  assert.equal(await policies.claim("acme", ownedBy("eve")), false);
  assert.deepEqual(await policies.find("acme"), ownedBy(winner));
});

test("an owner that is there is a user with an account, or a group that a user is in", async () => {
  await createAccounts({ database }).register({ name: "olga", password: "correct horse" });
  await createUserGroups({ database }).set("olga", new Set(["/ops"]));
  const owners: [Member["kind"], string, boolean][] = [
    ["User", "olga", true],
    ["User", "carol", false],
    ["User", "no\0name", false],
    ["Group", "/ops", true],
    ["Group", "/devs", false],
    ["Group", "no\0name", false],
    ["Group", "olga", false],
    ["ServiceAccount", "olga", false],
  ];
  for (const [kind, name, expected] of owners) {
    assert.equal(await policies.hasOwner([{ kind, name, role: "owner" }]), expected, `${kind} ${name}`);
    assert.equal(await policies.hasOwner([{ kind, name, role: "publisher" }]), false);
  }
  assert.equal(await policies.hasOwner([]), false);
});

function ownedBy(name: string): OrganizationPolicy {
  return { defaultVisibility: "private", members: [{ kind: "User", name, role: "owner" }] };
}
