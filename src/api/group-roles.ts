import type { OidcConfig } from "../auth/oidc/config.ts";
import { rolesOfGroups, type GroupMembers } from "../auth/oidc/group-members.ts";
import { findResource } from "../resource-store/find-resource.ts";
import type { Member, Role } from "../resources/organization.ts";
import { MAX_MEMBERS } from "./contract/organizations.ts";
import { changeMembers, type MembersParts } from "./members.ts";

export interface GroupRolesParts extends MembersParts {
  groupMembers: GroupMembers;
  config: Pick<OidcConfig, "groupRoles">;
  /** Told of what could not be done. */
  warn(message: string): void;
}

/**
 * Makes a user what its provider's groups say, in the Organization resources. Only who became a member by a group is
 * changed and removed by one: whoever was made a member otherwise stays what it is.
 * @returns the organizations that were changed
 */
export async function applyGroupRoles(
  parts: GroupRolesParts,
  user: string,
  groups: ReadonlySet<string>,
): Promise<string[]> {
  const wanted = rolesOfGroups(parts.config.groupRoles, groups);
  const byGroup = await parts.groupMembers.organizations(user);
  const changed: string[] = [];
  for (const organization of new Set([...wanted.keys(), ...byGroup])) {
    const role = wanted.get(organization);
    const isByGroup = byGroup.has(organization);
    if (await applyRole(parts, { user, organization, role, isByGroup })) changed.push(organization);
  }
  return changed;
}

interface Application {
  user: string;
  organization: string;
  /** undefined: of no group any more that gives one. */
  role: Role | undefined;
  /** Whether the user is a member by a group, if it is one. */
  isByGroup: boolean;
}

/** A death between two steps leaves a note too many, never a member that no group can remove. */
async function applyRole(parts: GroupRolesParts, application: Application): Promise<boolean> {
  const { groupMembers, policies, store } = parts;
  const { user, organization, role, isByGroup } = application;
  const found = await findResource(store, "Organization", organization);
  if (!found) {
    // A group makes no organization: its name would be taken by whoever logs in first.
    if (role)
      parts.warn(
        `Cannot make ${user} ${role} of ${organization}: there is no such organization; make it first`,
      );
    if (isByGroup) await groupMembers.delete(user, organization);
    return false;
  }
  if (role && !isByGroup) {
    const members = found.spec.members ?? (await policies.find(organization))?.members ?? [];
    if (members.some((member) => isUser(member, user))) return false;
    await groupMembers.add(user, organization);
  }
  let isChanged = false;
  await changeMembers({ store, policies }, organization, (members) => {
    const next = nextMembers(members, application);
    isChanged = next !== members && next.length <= MAX_MEMBERS;
    if (next.length > MAX_MEMBERS)
      parts.warn(`Cannot make ${user} ${role} of ${organization}: it has ${MAX_MEMBERS} members, the most`);
    return isChanged ? next : members;
  });
  if (!role) await groupMembers.delete(user, organization);
  return isChanged;
}

function nextMembers(members: readonly Member[], { user, role }: Application): readonly Member[] {
  const own = members.find((member) => isUser(member, user));
  if (own?.role === role) return members;
  const others = members.filter((member) => member !== own);
  return role ? [...others, { kind: "User", name: user, role }] : others;
}

function isUser({ kind, name }: Member, user: string): boolean {
  return kind === "User" && name === user;
}
