import { isDeepStrictEqual } from "node:util";
import { isReservedName } from "../auth/account-rules.ts";
import type { Subject } from "../auth/subject.ts";
import type { Organization } from "../resources/kinds.ts";
import { ACCOUNT_NAME, ACCOUNT_NAME_EXPECTED } from "../resources/name-grammar.ts";
import { OWNER_EXPECTED, OWNER_STAYS, type Member } from "../resources/organization.ts";
import { iconCauses, urlCauses } from "./addresses.ts";
import type { FieldCause } from "./errors.ts";
import type { AdmissionRequest, KindRules } from "./request.ts";

export const organizationRules: KindRules<"Organization"> = {
  setDefaults(organization, { operation, old, caller }) {
    if (operation !== "create") return withMembersOf(old, organization);
    const { members = [] } = organization.spec;
    if (caller.kind !== "user" || members.some(isOwner)) return organization;
    // A list of members that has the caller in another role: the caller becomes owner all the same.
    const others = members.filter((member) => !isCaller(member, caller));
    const owner: Member = { kind: "User", name: caller.name, role: "owner" };
    return { ...organization, spec: { ...organization.spec, members: [...others, owner] } };
  },

  whyForbidden({ operation, new: organization, facts }) {
    const isCallers = facts.organization?.role === "owner";
    if (operation !== "create") return isCallers ? undefined : "expected an owner of it";
    if (isReservedName(organization?.metadata.name ?? "")) return "the name is reserved; choose another";
    // A name that is the caller's own account, or an organization that a push of the caller made.
    const isTaken = facts.organization?.accountExists === true || facts.organization?.exists === true;
    return isTaken && !isCallers ? "the name is somebody else's; choose another" : undefined;
  },

  validate({ metadata, spec }, request) {
    return [
      ...(request.operation === "create" ? nameCauses(metadata.name) : []),
      ...ownerCauses(spec.members, request),
      ...iconCauses("spec.icon", spec.icon),
      ...urlCauses("spec.url", spec.url),
    ];
  },

  whyNotDeleted(organization, { facts, caller }) {
    const count = facts.repositories ?? 0;
    if (count === 1) return "it has 1 repository; delete that first";
    if (count > 0) return `it has ${count} repositories; delete them first`;
    const { name } = organization.metadata;
    const isOwn =
      facts.organization?.accountExists === true || (caller.kind === "user" && caller.name === name);
    return isOwn ? `it is user ${name}'s own, and goes with the account` : undefined;
  },
};

/** Members left out revoke nobody, so they are written out: spec says whose rights hold. */
function withMembersOf(old: Organization | undefined, organization: Organization): Organization {
  const members = organization.spec.members ?? old?.spec.members;
  return members ? { ...organization, spec: { ...organization.spec, members } } : organization;
}

function nameCauses(name: string): FieldCause[] {
  if (ACCOUNT_NAME.test(name)) return [];
  return [{ field: "metadata.name", reason: "FieldValueInvalid", value: name, why: ACCOUNT_NAME_EXPECTED }];
}

/** Without an owner that is there nobody could ever add one. Of owners that went meanwhile other changes know nothing. */
function ownerCauses(
  members: Member[] | undefined,
  { old, caller, facts }: AdmissionRequest<"Organization">,
): FieldCause[] {
  if (members === undefined) return [];
  const owners = members.filter(isOwner);
  if (owners.length === 0) return [invalidMembers(members, OWNER_STAYS)];
  if (facts.ownerExists === true || owners.some((owner) => isCaller(owner, caller))) return [];
  if (isDeepStrictEqual(members, old?.spec.members)) return [];
  return [invalidMembers(members, OWNER_EXPECTED)];
}

function invalidMembers(value: Member[], why: string): FieldCause {
  return { field: "spec.members", reason: "FieldValueInvalid", value, why };
}

function isCaller({ kind, name }: Member, caller: Subject): boolean {
  return kind === "User" && caller.kind === "user" && name === caller.name;
}

function isOwner({ role }: Member): boolean {
  return role === "owner";
}
