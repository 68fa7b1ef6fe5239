import type { FastifyInstance, FastifyRequest } from "fastify";
import { toKubernetesTime } from "../resources/conditions.ts";
import { NAMESPACE } from "../resources/metadata.ts";
import { formOf } from "./form.ts";
import { present } from "./present.ts";
import { StatusError } from "./status.ts";
import { refuseWrites } from "./unsupported.ts";

const ALL = "/api/v1/namespaces";
const ONE = `${ALL}/:name`;

/** By which clients know a namespace again. */
export interface NamespaceIdentity {
  uid: string;
  createdAt: Date;
}

/** What clients look for before they use a namespace: the one that everything is in. */
export function registerNamespaces(api: FastifyInstance, identity: NamespaceIdentity): void {
  const namespace = namespaceResource(identity);
  refuseWrites(api, { plural: "namespaces", all: ALL, one: ONE });
  api.get(ALL, async (request) => present(formOf(request), listOf(namespace)));
  api.get(ONE, async (request: FastifyRequest<{ Params: { name: string } }>) => {
    const { name } = request.params;
    if (name === NAMESPACE) return present(formOf(request), namespace);
    throw noSuchNamespace(name);
  });
}

/** Everything is in the one. */
export function noSuchNamespace(name: string): StatusError {
  const message = `namespaces ${JSON.stringify(name)} not found`;
  return new StatusError(404, "NotFound", message, { about: { name, kind: "namespaces" } });
}

/** It never changes. */
const VERSION_OF_ALL = "1";

function namespaceResource({ uid, createdAt }: NamespaceIdentity) {
  return {
    kind: "Namespace",
    apiVersion: "v1",
    metadata: {
      name: NAMESPACE,
      uid,
      resourceVersion: VERSION_OF_ALL,
      creationTimestamp: toKubernetesTime(createdAt),
      labels: { "kubernetes.io/metadata.name": NAMESPACE },
    },
    spec: { finalizers: ["kubernetes"] },
    status: { phase: "Active" },
  };
}

function listOf(namespace: object) {
  return {
    kind: "NamespaceList",
    apiVersion: "v1",
    metadata: { resourceVersion: VERSION_OF_ALL },
    items: [namespace],
  };
}
