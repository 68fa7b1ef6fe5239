import type { Queryable } from "../database/database.ts";
import { hasPresentOwner } from "./present-owners.ts";

/** A user's organizations, as pushes go by them. */
export interface UserOrganizations {
  /** Those that have no other owner that is there. */
  ownedAlone: string[];
  /** The others that it is a member of. */
  others: string[];
}

export async function findUserOrganizations(queryable: Queryable, user: string): Promise<UserOrganizations> {
  const rows = await queryable
    .selectFrom("organization_members")
    .select(["organization", "role"])
    .where("kind", "=", "User")
    .where("name", "=", user)
    .orderBy("organization")
    .execute();
  const found: UserOrganizations = { ownedAlone: [], others: [] };
  for (const { organization, role } of rows) {
    const isAlone = role === "owner" && !(await hasOwnerBeside(queryable, organization, user));
    found[isAlone ? "ownedAlone" : "others"].push(organization);
  }
  return found;
}

async function hasOwnerBeside(queryable: Queryable, organization: string, user: string): Promise<boolean> {
  const owners = await queryable
    .selectFrom("organization_members")
    .select(["kind", "name", "role"])
    .where("organization", "=", organization)
    .where("role", "=", "owner")
    .execute();
  return hasPresentOwner(queryable, owners, { beside: user });
}
