import { whyOrganizationReserved } from "../auth/account-rules.ts";
import { organizationOfSpecName } from "../resources/names.ts";
import type { AdmissionRequest } from "./request.ts";

/**
 * Who may change what is in an organization: owners and publishers. Anybody may make an organization that is not
 * there, unless its name is reserved, and has it then.
 * @returns why the caller may not, or undefined
 */
export function whyNotInOrganization({
  operation,
  facts,
  new: next,
}: AdmissionRequest<"Image" | "Repository">): string | undefined {
  const { organization } = facts;
  // A new name without an organization is no legal one: validation says so better.
  if (!organization) return operation === "create" ? undefined : "it is in no organization";
  if (organization.role === "owner" || organization.role === "publisher") return undefined;
  if (!organization.exists) {
    if (organization.accountExists) return "its organization's name is somebody else's";
    return whyOrganizationReserved(organizationOfSpecName(next?.spec.name ?? "") ?? "");
  }
  return "expected an owner or publisher of its organization; ask one of its owners to add you";
}

/** The organization that has to be made first. */
export function neededOrganization(
  name: string | undefined,
  { facts }: AdmissionRequest,
): string | undefined {
  return facts.organization?.exists === false ? name : undefined;
}
