import type { Queryable } from "../database/database.ts";

/** A user's organizations, as pushes go by them. */
export interface UserOrganizations {
  /** Those that have no other user as owner. */
  ownedAlone: string[];
  /** The others that it is a member of. */
  others: string[];
}

export async function findUserOrganizations(queryable: Queryable, user: string): Promise<UserOrganizations> {
  const rows = await queryable
    .selectFrom("organization_members as own")
    .select("own.organization")
    .select((eb) =>
      eb
        .exists(
          eb
            .selectFrom("organization_members as other")
            .select("other.name")
            .whereRef("other.organization", "=", "own.organization")
            .where("other.kind", "=", "User")
            .where("other.role", "=", "owner")
            .where("other.name", "!=", user),
        )
        .as("has_other_owner"),
    )
    .select("own.role")
    .where("own.kind", "=", "User")
    .where("own.name", "=", user)
    .orderBy("own.organization")
    .execute();
  // SQLite has numbers for booleans.
  const isAlone = (row: (typeof rows)[number]) => row.role === "owner" && !row.has_other_owner;
  return {
    ownedAlone: rows.filter(isAlone).map((row) => row.organization),
    others: rows.filter((row) => !isAlone(row)).map((row) => row.organization),
  };
}
