import type { OrganizationPolicies } from "../auth/organization-policies.ts";
import type { EventRecorder } from "../events/recorder.ts";
import type { Clock } from "../reconcile/clock.ts";
import type { Reconcile } from "../reconcile/controller.ts";
import { findResource } from "../resource-store/find-resource.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import type { Organization } from "../resources/kinds.ts";
import { writeDerived } from "./derived.ts";
import { ensureOrganization, mirrorPolicy } from "./ensure-organization.ts";
import { organizationStatus } from "./organization-status.ts";
import type { RepositoryIndex } from "./repository-index.ts";

/** How soon to look again whether all Repositories have been counted. */
const RECOUNT_AFTER_MS = 1000;

export interface OrganizationParts {
  store: ResourceStore;
  policies: OrganizationPolicies;
  index: RepositoryIndex;
  recorder: EventRecorder;
  clock: Clock;
}

/**
 * Reconciles an organization, by its name: it exists while it has repositories, its policy is where pushes look for
 * it, and its status counts its repositories. It stays when the last of them is gone, so that nobody else takes its
 * name.
 */
export function createOrganizationReconciler(parts: OrganizationParts): Reconcile {
  const { store, policies, index } = parts;
  return async (name) => {
    const organization =
      index.count(name) > 0
        ? await ensureOrganization(parts, name)
        : await findResource(store, "Organization", name);
    if (!organization) return undefined;
    await mirrorPolicy(policies, organization, await policies.find(name));
    if (!index.isComplete) return { requeueAfterMs: RECOUNT_AFTER_MS };
    await writeDerived(parts, organization, { status: organizationStatus(organization, index, parts.clock) });
    return undefined;
  };
}

/** True when there is nothing to do since the spec was changed last. */
export function isOrganizationSettled({ metadata, status }: Organization): boolean {
  return status?.observedGeneration === metadata.generation;
}
