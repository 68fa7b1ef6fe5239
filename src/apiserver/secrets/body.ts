import type { FastifyRequest } from "fastify";
import {
  APPLY_TYPE,
  mediaTypeOf,
  PLAIN_PATCH_TYPES,
  readObject,
  readPatch,
  readProtobuf,
  type ObjectBody,
} from "../body.ts";
import type { Patch } from "../patched.ts";
import type { Message } from "../protobuf.ts";
import { StatusError } from "../status.ts";
import { NO_OTHER } from "./rules.ts";

const OWNER_REFERENCE: Message = {
  1: ["kind", "text"],
  3: ["name", "text"],
  4: ["uid", "text"],
  5: ["apiVersion", "text"],
  6: ["controller", "boolean"],
  7: ["blockOwnerDeletion", "boolean"],
};

/** https://github.com/kubernetes/apimachinery/blob/master/pkg/apis/meta/v1/generated.proto, what is read of it. */
const OBJECT_META: Message = {
  1: ["name", "text"],
  2: ["generateName", "text"],
  3: ["namespace", "text"],
  5: ["uid", "text"],
  6: ["resourceVersion", "text"],
  11: ["labels", "text", "map"],
  12: ["annotations", "text", "map"],
  13: ["ownerReferences", OWNER_REFERENCE, "list"],
  14: ["finalizers", "text", "list"],
};

/** https://github.com/kubernetes/api/blob/master/core/v1/generated.proto */
const SECRET: Message = {
  1: ["metadata", OBJECT_META],
  2: ["data", "bytes", "map"],
  3: ["type", "text"],
  4: ["stringData", "text", "map"],
  5: ["immutable", "boolean"],
};

/** The Secret that a request carries. @throws StatusError UnsupportedMediaType, BadRequest */
export function readSecret(request: FastifyRequest): ObjectBody {
  return withoutValues(() => readProtobuf(request, { Secret: SECRET }) ?? readObject(request, "Secret"));
}

/** The patch that a request carries. @throws StatusError UnsupportedMediaType, BadRequest */
export function readSecretPatch(request: FastifyRequest): Patch {
  if (mediaTypeOf(request) === APPLY_TYPE) throw new StatusError(415, "UnsupportedMediaType", NOT_APPLIED);
  return withoutValues(() => readPatch(request, PLAIN_PATCH_TYPES));
}

/** Helm applies a Secret of a chart so, and shows what it is told. */
const NOT_APPLIED = `secrets are not applied by the server: ${NO_OTHER}`;

/** What cannot be read is shown in errors, unless it may be secret. */
function withoutValues<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof StatusError) || error.reason !== "BadRequest") throw error;
    throw new StatusError(400, "BadRequest", "error decoding the body: expected a Secret, or a patch of one");
  }
}
