import { applyPatch, type Operation } from "rfc6902";
import type { ObjectBody, PLAIN_PATCH_TYPES } from "./body.ts";
import { decodeObject, mustBe, requireName, type DecodedObject, type ObjectType } from "./decode-object.ts";
import { cannotUnmarshal, isObject } from "./go-types.ts";
import { invalid, type InvalidObject } from "./invalid.ts";
import { StatusError } from "./status.ts";
import type { FieldValidation } from "./write-options.ts";

/** As Kubernetes bounds it. */
const MAX_OPERATIONS = 10_000;

/** What a PATCH carries. */
export interface Patch {
  type: (typeof PLAIN_PATCH_TYPES)[keyof typeof PLAIN_PATCH_TYPES];
  patch: unknown;
  duplicates: string[];
}

/**
 * What a patch makes of an object.
 * @throws StatusError Invalid when that is none of the type, or is named otherwise; BadRequest for what is no patch
 */
export function patchedObject(
  type: ObjectType,
  old: { metadata: { name: string } },
  { patch, fieldValidation }: { patch: Patch; fieldValidation: FieldValidation },
): DecodedObject {
  const { name } = old.metadata;
  const { group, kind } = type;
  const about = { group, kind, name };
  const object = patch.type === "json" ? jsonPatched(old, patch.patch) : mergedOver(old, patch.patch);
  const refuse = (why: string): StatusError => cannotPatch(about, why);
  const body = bodyOf(type, { object, duplicates: patch.duplicates }, about);
  const decoded = decodeObject(type, body, { fieldValidation, refuse });
  requireName(name, decoded.object);
  return decoded;
}

function bodyOf(
  { apiVersion: expected }: ObjectType,
  { object, duplicates }: { object: unknown; duplicates: string[] },
  about: InvalidObject,
): ObjectBody {
  if (!isObject(object)) throw cannotPatch(about, "it leaves no object");
  const { apiVersion, kind } = object;
  if (!kind) throw cannotPatch(about, "Object 'Kind' is missing in what it leaves");
  if (apiVersion !== expected) throw mustBe(about, { field: "apiVersion", value: apiVersion, expected });
  return { object, duplicates };
}

/** Kubernetes shows the whole object; here it is what is wrong with it. */
function cannotPatch(about: InvalidObject, why: string): StatusError {
  return invalid(about, [{ reason: "FieldValueInvalid", message: `Invalid value: ${why}`, field: "patch" }]);
}

/** RFC 6902. */
function jsonPatched(old: object, patchOperations: unknown): unknown {
  if (!Array.isArray(patchOperations)) {
    throw notDecoded(cannotUnmarshal(patchOperations, "a list of operations (RFC 6902)"));
  }
  if (patchOperations.length > MAX_OPERATIONS) {
    const message = `Request entity too large: The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${patchOperations.length}`;
    throw new StatusError(413, "RequestEntityTooLarge", message);
  }
  const holder = { document: structuredClone(old) as unknown };
  const operations = (patchOperations as Operation[]).map((operation) => under(HOLDER, operation));
  const results = applyPatch(holder, operations);
  const failed = results.findIndex((result) => result !== null);
  const failure = results[failed];
  if (!failure) return holder.document;
  const path = (operations[failed]?.path ?? "").slice(HOLDER.length);
  // What is there may be secret.
  const isTest = failure.name === "TestError";
  throw rejected(isTest ? `testing value ${path} failed` : failure.message.replace(HOLDER, ""));
}

/** Where in its holder a document is. */
const HOLDER = "/document";

/** Paths below a holder, so that a patch may replace the whole document. */
function under(root: string, operation: Operation): Operation {
  if (!isObject(operation)) throw notDecoded(cannotUnmarshal(operation, "an operation (RFC 6902)"));
  const { path, from } = operation as { path?: unknown; from?: unknown };
  if (typeof path !== "string" || (from !== undefined && typeof from !== "string")) {
    throw rejected("each operation has a path (RFC 6902)");
  }
  return { ...operation, path: root + path, ...(from !== undefined && { from: root + from }) } as Operation;
}

function notDecoded(why: string): StatusError {
  return new StatusError(400, "BadRequest", `error decoding patch: ${why}`);
}

function rejected(why: string): StatusError {
  const message = `the server rejected our request due to an error in our request: ${why}`;
  return new StatusError(422, "Invalid", message, { about: {} });
}

function mergedOver(old: object, change: unknown): unknown {
  if (!isObject(change)) throw notDecoded(cannotUnmarshal(change, "an object (RFC 7386)"));
  return mergePatched(old, change);
}

/** RFC 7386. */
function mergePatched(target: unknown, change: unknown): unknown {
  if (!isObject(change)) return change;
  const merged: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(change)) {
    if (value === null) delete merged[name];
    else merged[name] = mergePatched(merged[name], value);
  }
  return merged;
}
