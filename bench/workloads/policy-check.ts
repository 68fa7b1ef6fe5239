import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import type { Insertable } from "kysely";
import { createAccess } from "../../src/auth/access.ts";
import type { UserSubject } from "../../src/auth/subject.ts";
import type { Database } from "../../src/database/database.ts";
import { openSqlite } from "../../src/database/sqlite.ts";
import type { Tables } from "../../src/database/tables.ts";
import { parseRepositoryName } from "../../src/oci/reference.ts";
import type { Workload } from "./workload.ts";

const MEMBERS = 2000;
const GROUP_USERS = 100_000;
const ORGANIZATIONS = 1000;
/** Checks of each case, after one that looks up who is what. */
const CHECKS = 200_000;

/** In this process, without a hub: what a request spends on whether it may. */
export const policyCheck: Workload = {
  name: "policy-check",
  title:
    "One check of the access policy: of 2,000 members, a group of 100,000, a user in 1,000 organizations",
  unit: "µs",
  better: "less",
  hubOnly: true,
  onRequest: true,
  async measure(_target, { quick }) {
    const folder = await mkdtemp(join(tmpdir(), "imagehub-policy-"));
    const database = await openSqlite(join(folder, "hub.db"), { syncFile: async () => undefined });
    try {
      await fill(database);
      const access = createAccess({ database, liveness: { isLive: async () => true } });
      let slowest = 0;
      for (const [user, repository] of CASES) {
        const subject: UserSubject = { kind: "user", name: user, administrator: false };
        const name = parseRepositoryName(repository);
        const before = performance.now();
        if (!(await access.actions(subject, name)).actions.has("push"))
          throw new Error(`${user} may not push`);
        const first = (performance.now() - before) * 1000;
        const checks = quick ? CHECKS / 10 : CHECKS;
        const start = performance.now();
        for (let check = 0; check < checks; check++) await access.actions(subject, name);
        const each = ((performance.now() - start) * 1000) / checks;
        console.error(
          `${user} in ${repository}: ${each.toFixed(2)} µs, ${first.toFixed(0)} µs the first time`,
        );
        slowest = Math.max(slowest, each);
      }
      return slowest;
    } finally {
      await database.close();
      await rm(folder, { recursive: true });
    }
  },
};

/** Who asks about what. */
const CASES = [
  [`member-${MEMBERS - 1}`, "large/app"],
  [`user-${GROUP_USERS - 1}`, "grouped/app"],
  ["busy", `org-${ORGANIZATIONS - 1}/app`],
] as const;

async function fill(database: Database): Promise<void> {
  const organizations = ["large", "grouped", ...numbered("org", ORGANIZATIONS)];
  const [members, grouped] = [numbered("member", MEMBERS), numbered("user", GROUP_USERS)];
  await insert(
    database,
    "users",
    [...members, ...grouped, "busy"].map((name) => ({
      name,
      password_hash: "",
      administrator: 0,
      disabled: 0,
      display_name: "",
      created_at: 0,
    })),
  );
  await insert(
    database,
    "organizations",
    organizations.map((name) => ({ name, default_visibility: "private" as const, created_at: 0 })),
  );
  await insert(database, "organization_members", [
    ...members.map((name) => member("large", name)),
    { ...member("grouped", "everyone"), kind: "Group" as const },
    ...numbered("org", ORGANIZATIONS).map((organization) => member(organization, "busy")),
  ]);
  await insert(
    database,
    "user_groups",
    grouped.map((user_name) => ({ user_name, group_name: "everyone" })),
  );
}

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, number) => `${prefix}-${number}`);
}

function member(organization: string, name: string) {
  return { organization, kind: "User" as const, name, role: "publisher" as const };
}

async function insert<Name extends keyof Tables>(
  database: Database,
  table: Name,
  rows: Insertable<Tables[Name]>[],
): Promise<void> {
  await database.write(async (transaction) => {
    for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
      await transaction
        .insertInto(table)
        .values(rows.slice(at, at + ROWS_AT_ONCE))
        .execute();
    }
  });
}

const ROWS_AT_ONCE = 1000;
