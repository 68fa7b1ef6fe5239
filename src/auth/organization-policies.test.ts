import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openSqlite } from "../database/sqlite.ts";
import { createOrganizationPolicies, type OrganizationPolicy } from "./organization-policies.ts";

test("of all who claim an organization at once, one gets it, and nobody after", async () => {
  const folder = await mkdtemp(join(tmpdir(), "policies-"));
  const database = await openSqlite(join(folder, "hub.db"));
  try {
    const policies = createOrganizationPolicies({ database });
    const owners = ["ann", "bob", "cem"];
    const claims = await Promise.all(owners.map((owner) => policies.claim("acme", ownedBy(owner))));
    assert.equal(claims.filter(Boolean).length, 1);
    const winner = owners[claims.indexOf(true)] ?? "";
    assert.equal(await policies.claim("acme", ownedBy("eve")), false);
    assert.deepEqual(await policies.find("acme"), ownedBy(winner));
  } finally {
    await database.close();
    await rm(folder, { recursive: true });
  }
});

function ownedBy(name: string): OrganizationPolicy {
  return { defaultVisibility: "private", members: [{ kind: "User", name, role: "owner" }] };
}
