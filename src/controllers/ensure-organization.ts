import { AlreadyExistsError } from "../resource-store/errors.ts";
import { findResource } from "../resource-store/find-resource.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import { newResource, type Organization, type Spec } from "../resources/kinds.ts";
import type { OrganizationPolicies, OrganizationPolicy } from "../auth/organization-policies.ts";
import type { Member, Visibility } from "../resources/organization.ts";

interface Parts {
  store: ResourceStore;
  policies: OrganizationPolicies;
}

/**
 * The Organization of that name, made when it is missing: with the members that its first push gave it, else owned
 * by `owner`, else by nobody.
 */
export async function ensureOrganization(
  { store, policies }: Parts,
  name: string,
  { owner }: { owner?: string } = {},
): Promise<Organization> {
  const policy = await policies.find(name);
  const organization =
    (await findResource(store, "Organization", name)) ??
    (await createOrganization(store, newResource("Organization", name, { spec: firstSpec(policy, owner) })));
  if (!policy) await mirrorPolicy(policies, organization, undefined);
  return organization;
}

/** Images of one first push come here at the same time: whose is made first stands. */
async function createOrganization(store: ResourceStore, organization: Organization): Promise<Organization> {
  try {
    return await store.create(organization);
  } catch (error) {
    if (!(error instanceof AlreadyExistsError)) throw error;
    return store.get("Organization", organization.metadata.name);
  }
}

/** Makes the rows say what the spec says; a spec without members leaves them as they are. */
export async function mirrorPolicy(
  policies: OrganizationPolicies,
  { metadata, spec }: Organization,
  mirrored: OrganizationPolicy | undefined,
): Promise<void> {
  const wanted = {
    defaultVisibility: defaultVisibilityOf(spec),
    members: spec.members ?? mirrored?.members ?? [],
  };
  if (!mirrored || !isSamePolicy(mirrored, wanted)) await policies.set(metadata.name, wanted);
}

export function defaultVisibilityOf(spec: Spec<"Organization">): Visibility {
  return spec.defaultVisibility ?? "public";
}

function firstSpec(policy: OrganizationPolicy | undefined, owner: string | undefined): Spec<"Organization"> {
  const members: Member[] = policy
    ? [...policy.members]
    : owner === undefined
      ? []
      : [{ kind: "User", name: owner, role: "owner" }];
  // The default is left out, so that it stays the hub's to say.
  return {
    ...(policy?.defaultVisibility === "private" && { defaultVisibility: "private" as const }),
    members,
  };
}

function isSamePolicy(left: OrganizationPolicy, right: OrganizationPolicy): boolean {
  return (
    left.defaultVisibility === right.defaultVisibility &&
    JSON.stringify(sorted(left.members)) === JSON.stringify(sorted(right.members))
  );
}

function sorted(members: readonly Member[]): string[] {
  return members.map(({ kind, name, role }) => `${kind} ${name} ${role}`).toSorted();
}
