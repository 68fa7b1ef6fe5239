import type { Role } from "../resources/organization.ts";

const RANK: Record<Role, number> = { reader: 0, publisher: 1, owner: 2 };

/** Negative when the first may less: sorts roles so that the one that may most is the last. */
export function compareRoles(left: Role, right: Role): number {
  return RANK[left] - RANK[right];
}

/** The role that may most; undefined for none. */
export function highestRole(roles: readonly Role[]): Role | undefined {
  return roles.toSorted(compareRoles).at(-1);
}
