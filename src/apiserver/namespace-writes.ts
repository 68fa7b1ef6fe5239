import type { FastifyInstance, FastifyRequest } from "fastify";
import { NAMESPACE, type ObjectMeta } from "../resources/metadata.ts";
import { APPLY_TYPE, mediaTypeOf, PATCH_TYPES, readObject, readPatch, readProtobuf } from "./body.ts";
import type { ApiserverContext } from "./context.ts";
import {
  decodeObject,
  requireName,
  withMetadata,
  type DecodedObject,
  type ObjectType,
} from "./decode-object.ts";
import { formOf } from "./form.ts";
import { requireNoChange, requireWriter, STAYS, whyNotChanged } from "./namespace-changes.ts";
import { noSuchNamespace, whyNotMade } from "./namespace-errors.ts";
import type { NamespaceResource } from "./namespace-resource.ts";
import { OBJECT_META } from "./object-meta-message.ts";
import { patchedObject } from "./patched.ts";
import { present } from "./present.ts";
import type { Message } from "./protobuf.ts";
import { warn } from "./warning.ts";
import { parseWriteOptions } from "./write-options.ts";

type One = FastifyRequest<{ Params: { name: string } }>;

interface Parts extends Pick<ApiserverContext, "accounts"> {
  /** Addresses. */
  all: string;
  one: string;
  namespace: NamespaceResource;
}

/** Of the namespace nothing changes: who would make it is told so, and who asks for a change is refused. */
export function registerNamespaceWrites(
  api: FastifyInstance,
  { all, one, namespace, accounts }: Parts,
): void {
  api.post(all, async (request) => {
    parseWriteOptions(request);
    throw whyNotMade(readNamespace(request).metadata.name);
  });
  for (const { method, verb, read } of CHANGES) {
    api.route({
      method,
      url: one,
      async handler(request: One, reply) {
        parseWriteOptions(request);
        requireOurs(request);
        const change = { caller: await accounts.identify(request.raw), verb };
        requireWriter(change);
        const asked = read(request, namespace);
        if (asked) requireNoChange(change, asked);
        warn(reply, `${STAYS}: nothing of this was kept`);
        return present(formOf(request), namespace);
      },
    });
  }
  api.delete(one, async (request: One) => {
    requireOurs(request);
    throw whyNotChanged({ caller: await accounts.identify(request.raw), verb: "delete" });
  });
}

const CHANGES = [
  { method: "PUT", verb: "update", read: replacement },
  { method: "PATCH", verb: "patch", read: patched },
] as const;

/** @throws StatusError NotFound, Forbidden */
function requireOurs(request: One): void {
  const { name } = request.params;
  if (name === NAMESPACE) return;
  // What is applied would be made.
  const isApply = request.method === "PATCH" && mediaTypeOf(request) === APPLY_TYPE;
  throw isApply ? whyNotMade(name) : noSuchNamespace(name);
}

/** @throws StatusError Invalid, UnsupportedMediaType, BadRequest */
function replacement(request: One): ObjectMeta {
  const object = readNamespace(request);
  requireName(NAMESPACE, object);
  return object.metadata;
}

/** Those of Kubernetes: the namespace's metadata has no lists, so it matters not how those are merged. */
const TYPES = { ...PATCH_TYPES, "application/strategic-merge-patch+json": "merge" } as const;

/**
 * What a patch makes of the namespace; undefined when it is applied, as by who makes it where it is not there.
 * @throws StatusError Invalid, UnsupportedMediaType, BadRequest
 */
function patched(request: One, namespace: NamespaceResource): ObjectMeta | undefined {
  const { type, ...body } = readPatch(request, TYPES);
  if (type === "apply") return undefined;
  return patchedObject(TYPE, namespace, { patch: { type, ...body }, ...LENIENT }).object.metadata;
}

const TYPE: ObjectType = {
  apiVersion: "v1",
  group: "",
  kind: "Namespace",
  schema: withMetadata({ type: "object" }),
};

/** Of the rest the type says nothing. */
const LENIENT = { fieldValidation: "Ignore" } as const;

/** https://github.com/kubernetes/api/blob/master/core/v1/generated.proto, what is read of it. */
const MESSAGES: Record<string, Message> = { Namespace: { 1: ["metadata", OBJECT_META] } };

/** @throws StatusError UnsupportedMediaType, BadRequest, Invalid */
function readNamespace(request: FastifyRequest): DecodedObject["object"] {
  const body = readProtobuf(request, MESSAGES) ?? readObject(request, TYPE.kind);
  return decodeObject(TYPE, body, LENIENT).object;
}
