import type { Role } from "../../src/resources/organization.ts";
import { useMe } from "./use-me.ts";

/** What the reader may in an organization. The hub decides; this is for showing what it would not refuse. */
export interface OwnRole {
  /** undefined for who is no member. */
  role: Role | undefined;
  /** Administrators may what owners may. */
  isOwner: boolean;
  /** Owners and publishers. */
  mayPush: boolean;
}

export function useRole(organization: string): OwnRole {
  const me = useMe();
  const role = me?.organizations.find(({ name }) => name === organization)?.role as Role | undefined;
  const isOwner = role === "owner" || me?.administrator === true;
  return { role, isOwner, mayPush: isOwner || role === "publisher" };
}
