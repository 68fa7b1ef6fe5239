import { createOrganizationPolicies } from "../../src/auth/organization-policies.ts";
import type { Condition } from "../../src/resources/conditions.ts";
import { KINDS, type Kind, type Resource } from "../../src/resources/kinds.ts";
import type { MortalHub } from "./mortal-hub.ts";

/** All that a hub knows, but for identities, versions and times of writing. */
export async function stateOf(hub: MortalHub): Promise<unknown> {
  const { store, content, database } = hub.context;
  const kinds = Object.keys(KINDS) as Kind[];
  const resources = (await Promise.all(kinds.map(async (kind) => (await store.list(kind)).items))).flat();
  const organizations = resources.filter(({ kind }) => kind === "Organization");
  const policies = createOrganizationPolicies({ database });
  return {
    resources: Object.fromEntries(
      resources.map((resource) => [`${resource.kind} ${resource.metadata.name}`, stable(resource)]),
    ),
    repositories: (await content.repositories.list({ limit: 1000 })).map(
      ({ name, visibility, immutableTags }) => ({ name, visibility, immutableTags }),
    ),
    policies: await Promise.all(organizations.map(({ metadata }) => policies.find(metadata.name))),
    dirtyKeys: await content.dirtyKeys.take(1000),
    found: await foundBy(hub, hub.admin),
    foundByAnybody: await foundBy(hub, undefined),
  };
}

function stable({ metadata, spec, status = {} }: Resource<Kind>): unknown {
  const { labels = {}, annotations, finalizers } = metadata;
  return { labels, annotations, finalizers, spec, status: stableStatus(status, metadata.generation) };
}

function stableStatus(status: object, generation: number | undefined): object {
  const { conditions, observedGeneration, repositories, ...rest } = status as {
    conditions?: Condition[];
    observedGeneration?: number;
    repositories?: string[];
  };
  return {
    ...rest,
    isObserved: observedGeneration === generation,
    conditions: conditions?.map(({ type, status: state, reason, message }) => ({
      type,
      state,
      reason,
      message,
    })),
    // Made in the same second or not, as it happens.
    repositories: repositories?.toSorted(),
  };
}

/** What the search shows; a repository without a push counts as changed when it was found to be so. */
async function foundBy({ url }: MortalHub, authorization: string | undefined): Promise<unknown> {
  const response = await fetch(`${url}/api/v1/search?sort=name&limit=100`, {
    headers: authorization === undefined ? {} : { authorization },
  });
  const { items, ...rest } = (await response.json()) as { items: { updatedAt: string }[] };
  return { ...rest, items: items.map(withoutTime) };
}

function withoutTime(item: { updatedAt: string }): object {
  const { updatedAt: _, ...rest } = item;
  return rest;
}
