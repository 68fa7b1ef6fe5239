import type { MediaRange } from "./accept.ts";
import { subresourcesOf, type ApiGroup, type ApiResource } from "./api-groups.ts";

/** Kubernetes Enhancement Proposal 3352. */
export const AGGREGATED_TYPE = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

export function isAggregated({ type, parameters: { g, v, as } }: MediaRange): boolean {
  return (
    type === "application/json" && g === "apidiscovery.k8s.io" && v === "v2" && as === "APIGroupDiscoveryList"
  );
}

/** `apidiscovery.k8s.io/v2`: groups with all their resources. */
export function aggregatedDiscovery(groups: readonly ApiGroup[]): object {
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: "apidiscovery.k8s.io/v2",
    metadata: {},
    items: groups.map((group) => ({
      metadata: { ...(group.name !== "" && { name: group.name }) },
      versions: [
        {
          version: group.version,
          resources: group.resources.map((resource) => resourceOf(group, resource)),
          freshness: "Current",
        },
      ],
    })),
  };
}

function resourceOf(group: ApiGroup, resource: ApiResource): object {
  const { plural, singular, kind, isNamespaced, verbs, shortNames, categories } = resource;
  const responseKind = { group: group.name, version: group.version, kind };
  const subresources = subresourcesOf(resource).map(({ name, verbs: subresourceVerbs }) => ({
    subresource: name,
    responseKind,
    verbs: subresourceVerbs,
  }));
  return {
    resource: plural,
    responseKind,
    scope: isNamespaced ? "Namespaced" : "Cluster",
    singularResource: singular,
    verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
    ...(subresources.length > 0 && { subresources }),
  };
}
