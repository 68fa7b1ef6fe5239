import type { UserDeletion, UserDeletionQuery } from "../../../src/api/contract/user-deletion.ts";

/** What becomes of organizations that nobody else owns. */
export type Fate = "keep" | "transfer" | "delete";

/** What may be chosen: organizations that have repositories do not go. */
export function fatesOf({ organizations }: UserDeletion): readonly Fate[] {
  const isEmpty = organizations.every(({ repositories }) => repositories === 0);
  return isEmpty ? ["keep", "transfer", "delete"] : ["keep", "transfer"];
}

/** What the hub is told: nothing, where there is nothing to say. */
export function fateOf({ organizations }: UserDeletion, fate: Fate, to: string): UserDeletionQuery {
  if (organizations.length === 0) return {};
  return fate === "transfer" ? { organizations: fate, to: to.trim() } : { organizations: fate };
}
