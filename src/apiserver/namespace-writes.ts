import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { NAMESPACE } from "../resources/metadata.ts";
import { APPLY_TYPE, mediaTypeOf, PATCH_TYPES, readObject, readPatch, readProtobuf } from "./body.ts";
import {
  decodeObject,
  requireName,
  withMetadata,
  type DecodedObject,
  type ObjectType,
} from "./decode-object.ts";
import { formOf } from "./form.ts";
import { noSuchNamespace, whyNotMade } from "./namespace-errors.ts";
import { present } from "./present.ts";
import type { Message } from "./protobuf.ts";
import { notAllowed } from "./unsupported.ts";
import { warn } from "./warning.ts";
import { parseWriteOptions } from "./write-options.ts";

type One = FastifyRequest<{ Params: { name: string } }>;

/** Of the namespace nothing changes: what is no change of one is refused, and the rest is told so. */
export function registerNamespaceWrites(
  api: FastifyInstance,
  { all, one, namespace }: { all: string; one: string; namespace: { kind: string; metadata: object } },
): void {
  const stays = (request: One, reply: FastifyReply): object => {
    warn(reply, "the hub's namespace stays as it is: nothing of this was kept");
    return present(formOf(request), namespace);
  };
  api.post(all, async (request) => {
    parseWriteOptions(request);
    throw whyNotMade(readNamespace(request).metadata.name);
  });
  api.put(one, async (request: One, reply) => {
    requireReplacement(request);
    return stays(request, reply);
  });
  api.patch(one, async (request: One, reply) => {
    requirePatch(request);
    return stays(request, reply);
  });
  api.delete(one, async ({ params: { name } }: One) => {
    throw name === NAMESPACE ? notAllowed("delete", NAMESPACES) : noSuchNamespace(name);
  });
}

const NAMESPACES = { group: "", plural: "namespaces" };

/** @throws StatusError Invalid, NotFound, UnsupportedMediaType, BadRequest */
function requireReplacement(request: One): void {
  const { name } = request.params;
  parseWriteOptions(request);
  if (name !== NAMESPACE) throw noSuchNamespace(name);
  requireName(name, readNamespace(request));
}

/** Those of Kubernetes: of what changes nothing the hub need not know how lists are merged. */
const TYPES = { ...PATCH_TYPES, "application/strategic-merge-patch+json": "merge" } as const;

/** @throws StatusError Invalid, NotFound, Forbidden, UnsupportedMediaType, BadRequest */
function requirePatch(request: One): void {
  const { name } = request.params;
  parseWriteOptions(request);
  // What is applied would be made.
  if (name !== NAMESPACE)
    throw mediaTypeOf(request) === APPLY_TYPE ? whyNotMade(name) : noSuchNamespace(name);
  readPatch(request, TYPES);
}

const TYPE: ObjectType = {
  apiVersion: "v1",
  group: "",
  kind: "Namespace",
  schema: withMetadata({ type: "object" }),
};

/** https://github.com/kubernetes/api/blob/master/core/v1/generated.proto, what is read of it. */
const MESSAGES: Record<string, Message> = { Namespace: { 1: ["metadata", { 1: ["name", "text"] }] } };

/** @throws StatusError UnsupportedMediaType, BadRequest, Invalid */
function readNamespace(request: FastifyRequest): DecodedObject["object"] {
  const body = readProtobuf(request, MESSAGES) ?? readObject(request, TYPE.kind);
  return decodeObject(TYPE, body, { fieldValidation: "Ignore" }).object;
}
