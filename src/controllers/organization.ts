import type { OrganizationPolicies } from "../auth/organization-policies.ts";
import type { EventRecorder } from "../events/recorder.ts";
import type { Clock } from "../reconcile/clock.ts";
import type { Reconcile } from "../reconcile/controller.ts";
import { findResource } from "../resource-store/find-resource.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import type { Organization, Status } from "../resources/kinds.ts";
import { writeDerived } from "./derived.ts";
import { observed, type Finding } from "./findings.ts";
import { ensureOrganization, mirrorPolicy } from "./ensure-organization.ts";
import type { RepositoryIndex } from "./repository-index.ts";

/** Names in status: as many as a page shows; the rest are found by label. */
const MAX_LISTED = 100;
/** How soon to look again whether all Repositories have been counted. */
const RECOUNT_AFTER_MS = 1000;

const IN_FORCE: Finding = {
  type: "Ready",
  reason: "PolicyInForce",
  message: "Pushes go by these members and this default visibility",
};

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
    await writeDerived(parts, organization, { status: statusOf(organization, parts) });
    return undefined;
  };
}

/** True when there is nothing to do since the spec was changed last. */
export function isOrganizationSettled({ metadata, status }: Organization): boolean {
  return status?.observedGeneration === metadata.generation;
}

function statusOf(organization: Organization, { index, clock }: OrganizationParts): Status<"Organization"> {
  const { name } = organization.metadata;
  return {
    ...observed(organization, [IN_FORCE], clock),
    repositoryCount: index.count(name),
    repositories: index.newest(name, MAX_LISTED),
  };
}
