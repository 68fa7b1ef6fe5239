import type { FastifyInstance } from "fastify";
import { KINDS, type Kind } from "../resources/kinds.ts";
import { API_VERSION, GROUP, VERSION } from "../resources/metadata.ts";

/** `/apis`, the group and its version: what clients ask first. */
export function registerDiscovery(api: FastifyInstance): void {
  api.get("/apis", async () => ({ kind: "APIGroupList", apiVersion: "v1", groups: [group()] }));
  api.get(`/apis/${GROUP}`, async () => ({ kind: "APIGroup", apiVersion: "v1", ...group() }));
  api.get(`/apis/${API_VERSION}`, async () => ({
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: API_VERSION,
    resources: (Object.keys(KINDS) as Kind[]).map((kind) => ({
      name: KINDS[kind].plural,
      singularName: KINDS[kind].singular,
      namespaced: true,
      kind,
      verbs: ["get", "list", "watch"],
      shortNames: KINDS[kind].shortNames,
      categories: ["imagehub"],
    })),
  }));
}

function group() {
  const version = { groupVersion: API_VERSION, version: VERSION };
  return { name: GROUP, versions: [version], preferredVersion: version };
}
