import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openPglite } from "../database/pglite.ts";
import { openSqlite } from "../database/sqlite.ts";
import type { Member } from "../resources/organization.ts";
import { createAccounts } from "./accounts.ts";
import { createUserGroups } from "./oidc/user-groups.ts";
import { createOrganizationPolicies } from "./organization-policies.ts";
import { findUserOrganizations } from "./owned-organizations.ts";

const folder = await mkdtemp(join(tmpdir(), "owned-"));
after(() => rm(folder, { recursive: true }));

/** Who owns the organization beside olga, and whether she owns it alone. */
const OTHERS: Record<string, [Member["kind"], string, isAlone: boolean]> = {
  "with-user": ["User", "pia", false],
  "with-nobody": ["User", "carol", true],
  "with-robot": ["ServiceAccount", "pia", true],
  "with-group": ["Group", "/ops", false],
  "with-empty-group": ["Group", "/devs", true],
  "with-own-group": ["Group", "/olga", true],
};

for (const [name, open] of [
  ["SQLite", () => openSqlite(join(folder, "hub.db"))],
  ["PostgreSQL (PGlite)", openPglite],
] as const) {
  test(`a user owns alone what has no other owner that is there, on ${name}`, async (context) => {
    const database = await open();
    context.after(() => database.close());
    const policies = createOrganizationPolicies({ database });
    for (const user of ["olga", "pia"])
      await createAccounts({ database }).register({ name: user, password: "correct horse" });
    const groups = createUserGroups({ database });
    await groups.set("olga", new Set(["/olga"]));
    await groups.set("pia", new Set(["/ops"]));
    const set = (organization: string, members: Member[]) =>
      policies.set(organization, { defaultVisibility: "public", members });
    const olga: Member = { kind: "User", name: "olga", role: "owner" };
    for (const [organization, [kind, other]] of Object.entries(OTHERS))
      await set(organization, [olga, { kind, name: other, role: "owner" }]);
    await set("as-reader", [
      { ...olga, role: "reader" },
      { kind: "User", name: "carol", role: "owner" },
    ]);
    await set("of-others", [{ kind: "User", name: "pia", role: "owner" }]);

    const alone = Object.keys(OTHERS).filter((organization) => OTHERS[organization]?.[2]);
    const found = await findUserOrganizations(database.read, "olga");
    assert.deepEqual(found.ownedAlone, ["olga", ...alone].toSorted());
    assert.deepEqual(found.others, ["as-reader", "with-group", "with-user"]);
  });
}
