import type { FastifyInstance, FastifyRequest } from "fastify";
import { toKubernetesTime } from "../resources/conditions.ts";
import { NAMESPACE } from "../resources/metadata.ts";
import { acceptProtobuf, readObject, readProtobuf } from "./body.ts";
import { formOf } from "./form.ts";
import { present } from "./present.ts";
import type { Message } from "./protobuf.ts";
import { StatusError } from "./status.ts";
import { notAllowed } from "./unsupported.ts";
import { warn } from "./warning.ts";

const ALL = "/api/v1/namespaces";
const ONE = `${ALL}/:name`;

/** By which clients know a namespace again. */
export interface NamespaceIdentity {
  uid: string;
  createdAt: Date;
}

type One = FastifyRequest<{ Params: { name: string } }>;

/**
 * What clients look for before they use a namespace: the one that everything is in. Those that make it first, as
 * `kubectl apply` of whole folders and `helm --create-namespace` do, find it made.
 */
export function registerNamespaces(api: FastifyInstance, identity: NamespaceIdentity): void {
  const namespace = namespaceResource(identity);
  void api.register(async (namespaces) => {
    acceptProtobuf(namespaces);
    registerReads(namespaces, namespace);
    registerWrites(namespaces, namespace);
  });
}

function registerReads(api: FastifyInstance, namespace: object): void {
  api.get(ALL, async (request) => present(formOf(request), listOf(namespace)));
  api.get(ONE, async (request: One) => {
    const { name } = request.params;
    if (name === NAMESPACE) return present(formOf(request), namespace);
    throw noSuchNamespace(name);
  });
}

function registerWrites(api: FastifyInstance, namespace: object): void {
  api.post(ALL, async (request) => {
    throw whyNotMade(nameIn(request));
  });
  for (const method of ["PUT", "PATCH"] as const) {
    api.route({
      method,
      url: ONE,
      async handler(request: One, reply) {
        const { name } = request.params;
        if (name !== NAMESPACE) throw whyNotMade(name);
        warn(reply, "the hub's namespace stays as it is: nothing of this was kept");
        return present(formOf(request), namespace);
      },
    });
  }
  for (const url of [ALL, ONE]) {
    const verb = url === ONE ? "delete" : "deletecollection";
    api.delete(url, () => Promise.reject(notAllowed(verb, { group: "", plural: "namespaces" })));
  }
}

/** https://github.com/kubernetes/api/blob/master/core/v1/generated.proto, what is read of it. */
const MESSAGES: Record<string, Message> = { Namespace: { 1: ["metadata", { 1: ["name", "text"] }] } };

/** @throws StatusError UnsupportedMediaType, BadRequest */
function nameIn(request: FastifyRequest): string {
  const { object } = readProtobuf(request, MESSAGES) ?? readObject(request, "Namespace");
  const { name } = (object["metadata"] ?? {}) as { name?: unknown };
  return typeof name === "string" ? name : "";
}

function whyNotMade(name: string): StatusError {
  const about = { about: { ...(name !== "" && { name }), kind: "namespaces" } };
  const quoted = JSON.stringify(name);
  if (name === NAMESPACE) {
    return new StatusError(409, "AlreadyExists", `namespaces ${quoted} already exists`, about);
  }
  const why = `the hub has one namespace, ${NAMESPACE}: put everything there`;
  return new StatusError(403, "Forbidden", `namespaces ${quoted} is forbidden: ${why}`, about);
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
