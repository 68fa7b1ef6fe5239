import type { Database } from "../../database/database.ts";
import type { Role } from "../../resources/organization.ts";
import { compareRoles } from "../roles.ts";
import type { GroupRole } from "./config.ts";

/** Of which organizations a user is a member because of its groups. */
export interface GroupMembers {
  organizations(user: string): Promise<Set<string>>;
  add(user: string, organization: string): Promise<void>;
  delete(user: string, organization: string): Promise<void>;
}

export function createGroupMembers({ database }: { database: Database }): GroupMembers {
  return {
    async organizations(user) {
      const rows = await database.read
        .selectFrom("group_members")
        .select("organization")
        .where("user_name", "=", user)
        .execute();
      return new Set(rows.map(({ organization }) => organization));
    },

    add: (user, organization) =>
      database.write(async (transaction) => {
        await transaction
          .insertInto("group_members")
          .values({ user_name: user, organization })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }),

    delete: (user, organization) =>
      database.write(async (transaction) => {
        await transaction
          .deleteFrom("group_members")
          .where("user_name", "=", user)
          .where("organization", "=", organization)
          .execute();
      }),
  };
}

/** What groups make their members, by organization: of several the role that may most. */
export function rolesOfGroups(
  groupRoles: readonly GroupRole[],
  groups: ReadonlySet<string>,
): ReadonlyMap<string, Role> {
  const given = groupRoles.filter(({ group }) => groups.has(group));
  const rising = given.toSorted((a, b) => compareRoles(a.role, b.role));
  return new Map(rising.map(({ organization, role }) => [organization, role]));
}
