import type { OrganizationPolicies } from "../auth/organization-policies.ts";
import { AlreadyExistsError, ConflictError } from "../resource-store/errors.ts";
import { findResource } from "../resource-store/find-resource.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import { newResource, type Organization } from "../resources/kinds.ts";
import type { Member } from "../resources/organization.ts";
import { ProblemError } from "./problem.ts";

/** Somebody who changes the Organization at once wins; this often the change is made anew on what is there. */
const MAX_TRIES = 5;

export interface MembersParts {
  store: ResourceStore;
  policies: OrganizationPolicies;
}

/** @returns the members that there shall be; the same list when nothing is to change */
export type ChangeMembers = (members: readonly Member[]) => readonly Member[] | Promise<readonly Member[]>;

/**
 * Changes who is in an organization, in its Organization resource, from which all else follows.
 * @throws ProblemError 409
 */
export async function changeMembers(
  parts: MembersParts,
  organization: string,
  change: ChangeMembers,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await changeOnce(parts, organization, change);
    } catch (error) {
      const isRace = error instanceof ConflictError || error instanceof AlreadyExistsError;
      if (!isRace) throw error;
      if (tries === MAX_TRIES) throw beingChanged(organization, error);
    }
  }
}

async function changeOnce(parts: MembersParts, organization: string, change: ChangeMembers): Promise<void> {
  const { store, policies } = parts;
  const old = await findResource(store, "Organization", organization);
  // What a push made has its members in the rows that pushes go by, until its resource is there.
  const before = old?.spec.members ?? (await policies.find(organization))?.members ?? [];
  const members = await change(before);
  if (members === before) return;
  const spec = { ...old?.spec, members: [...members] };
  const changed = await (old
    ? store.update({ ...old, spec })
    : store.create(newResource("Organization", organization, { spec })));
  await mirror(parts, changed);
}

/**
 * Puts it where pushes look. Who changed it after us may have mirrored before us: so what is there is asked for anew
 * until it is what was mirrored last.
 */
async function mirror({ store, policies }: MembersParts, changed: Organization): Promise<void> {
  const { name } = changed.metadata;
  for (let mirrored: Organization | undefined = changed; mirrored;) {
    const { defaultVisibility = "public", members = [] }: Organization["spec"] = mirrored.spec;
    await policies.set(name, { defaultVisibility, members });
    const newest: Organization | undefined = await findResource(store, "Organization", name);
    mirrored = newest?.metadata.generation === mirrored.metadata.generation ? undefined : newest;
  }
}

function beingChanged(organization: string, cause: Error): ProblemError {
  return new ProblemError(409, "Conflict", {
    detail: `Cannot change the members of ${organization}: they are being changed elsewhere; try again`,
    cause,
  });
}
