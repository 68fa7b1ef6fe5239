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
import { OBJECT_META } from "../object-meta-message.ts";
import type { Patch } from "../patched.ts";
import type { Message } from "../protobuf.ts";
import { StatusError } from "../status.ts";
import { NO_OTHER } from "./rules.ts";

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
