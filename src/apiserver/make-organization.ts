import type { Admitted, Operation } from "../admission/request.ts";
import type { OrganizationPolicies } from "../auth/organization-policies.ts";
import { subjectName, type Subject } from "../auth/subject.ts";
import { AlreadyExistsError } from "../resource-store/errors.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import type { Kind, Organization } from "../resources/kinds.ts";
import type { Member } from "../resources/organization.ts";
import { StatusError } from "./status.ts";

interface Maker {
  policies: OrganizationPolicies;
  store: Pick<ResourceStore, "create" | "get">;
  caller: Subject;
}

/**
 * Makes what a change needs of organizations: the one that is created, or the one that a new resource is in. The rows
 * that pushes go by are claimed first: since admission looked, a push may have made the organization for another.
 * @throws StatusError Conflict when somebody else made it meanwhile
 */
export async function makeOrganizations(
  maker: Maker,
  { operation, admitted }: { operation: Operation; admitted: Admitted<Kind> },
): Promise<void> {
  const { newOrganization, resource } = admitted;
  if (newOrganization) {
    await claim(maker, newOrganization);
    await createUnlessThere(maker, newOrganization);
  }
  if (operation === "create" && resource.kind === "Organization")
    await claim(maker, resource as Organization);
}

async function claim({ policies, caller }: Maker, { metadata: { name }, spec }: Organization): Promise<void> {
  const { defaultVisibility = "public", members = [] } = spec;
  if (await policies.claim(name, { defaultVisibility, members })) return;
  if (caller.kind === "user" && caller.administrator) return;
  const policy = await policies.find(name);
  if (!isOwner(policy?.members, caller)) throw takenMeanwhile(name);
}

async function createUnlessThere({ store, caller }: Maker, organization: Organization): Promise<void> {
  try {
    await store.create(organization);
  } catch (error) {
    if (!(error instanceof AlreadyExistsError)) throw error;
    const { metadata, spec } = await store.get("Organization", organization.metadata.name);
    if (!isOwner(spec.members, caller)) throw takenMeanwhile(metadata.name);
  }
}

function isOwner(members: readonly Member[] = [], caller: Subject): boolean {
  return members.some(
    ({ kind, name, role }) => kind === "User" && name === subjectName(caller) && role === "owner",
  );
}

function takenMeanwhile(name: string): StatusError {
  return new StatusError(409, "Conflict", `Organization ${name} was just made by somebody else`);
}
