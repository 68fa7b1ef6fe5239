import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isJson, notAcceptable, parseAccept } from "./accept.ts";
import { aggregatedDiscovery, AGGREGATED_TYPE, isAggregated } from "./aggregated-discovery.ts";
import { API_GROUPS, groupPath, groupVersion, subresourcesOf, type ApiGroup } from "./api-groups.ts";

const NAMED = API_GROUPS.filter(({ name }) => name !== "");
const CORE = API_GROUPS.filter(({ name }) => name === "");

/** `/api`, `/apis`, each group and its version: what clients ask first. */
export function registerDiscovery(api: FastifyInstance): void {
  api.get("/api", async (request, reply) =>
    answerRoot(request, reply, { groups: CORE, legacy: apiVersions(request) }),
  );
  api.get("/apis", async (request, reply) =>
    answerRoot(request, reply, { groups: NAMED, legacy: apiGroupList() }),
  );
  for (const group of NAMED) {
    api.get(`/apis/${group.name}`, async () => ({ kind: "APIGroup", apiVersion: "v1", ...apiGroup(group) }));
  }
  for (const group of API_GROUPS) api.get(`/${groupPath(group)}`, async () => apiResourceList(group));
}

/** All groups and their resources in one answer, for clients that take that; else the list of groups alone. */
function answerRoot(
  request: FastifyRequest,
  reply: FastifyReply,
  { groups, legacy }: { groups: readonly ApiGroup[]; legacy: object },
): object {
  const asked = parseAccept(request.headers.accept).find((range) => isAggregated(range) || isJson(range));
  if (!asked) throw notAcceptable([AGGREGATED_TYPE, "application/json"]);
  reply.header("vary", "Accept");
  if (!isAggregated(asked)) return legacy;
  // Sent as a text: clients look for this very type, without a charset.
  return reply
    .header("content-type", AGGREGATED_TYPE)
    .serializer(JSON.stringify)
    .send(aggregatedDiscovery(groups));
}

function apiVersions({ host }: FastifyRequest): object {
  return {
    kind: "APIVersions",
    versions: CORE.map(({ version }) => version),
    serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: host }],
  };
}

function apiGroupList(): object {
  return { kind: "APIGroupList", apiVersion: "v1", groups: NAMED.map(apiGroup) };
}

function apiGroup(group: ApiGroup) {
  const version = { groupVersion: groupVersion(group), version: group.version };
  return { name: group.name, versions: [version], preferredVersion: version };
}

function apiResourceList(group: ApiGroup): object {
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: groupVersion(group),
    resources: group.resources.flatMap((resource) => {
      const { plural, singular, kind, isNamespaced, verbs, shortNames, categories } = resource;
      return [
        {
          name: plural,
          singularName: singular,
          namespaced: isNamespaced,
          kind,
          verbs,
          ...(shortNames.length > 0 && { shortNames }),
          ...(categories.length > 0 && { categories }),
        },
        ...subresourcesOf(resource).map(({ name, verbs: subresourceVerbs }) => ({
          name: `${plural}/${name}`,
          singularName: "",
          namespaced: isNamespaced,
          kind,
          verbs: subresourceVerbs,
        })),
      ];
    }),
  };
}
