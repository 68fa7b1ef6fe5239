import { applyPatch, type Operation } from "rfc6902";
import { ConflictError } from "../resource-store/errors.ts";
import type { Kind, Resource } from "../resources/kinds.ts";
import { API_VERSION, GROUP } from "../resources/metadata.ts";
import { applyResource } from "./apply.ts";
import { readPatch } from "./body.ts";
import { decodeResource, mustBe, requireName } from "./decode.ts";
import { cannotUnmarshal, isObject } from "./go-types.ts";
import { StatusError } from "./status.ts";
import { requireCurrent, requireStatusWriter, storeStatus, storeUpdate, tracked } from "./update.ts";
import { findVisible, warn, type WriteRequest } from "./write-request.ts";

/** Kubernetes' own number: somebody who writes all the time is told of the conflict. */
const MAX_ATTEMPTS = 5;
/** As Kubernetes bounds it. */
const MAX_OPERATIONS = 10_000;

/**
 * `PATCH`: changes what the patch names. One that says no resourceVersion is made anew when somebody wrote meanwhile.
 * @throws StatusError, AdmissionError, NotFoundError, ConflictError
 */
export async function patchResource(request: WriteRequest, name: string): Promise<Resource<Kind>> {
  const { type, ...body } = readPatch(request.request);
  if (type === "apply") return applyResource(request, { name, ...body });
  return patch(request, {
    name,
    store: ({ old, resource }) => storeUpdate(request, tracked(request, old, resource)),
  });
}

/** `PATCH …/status` */
export async function patchStatus(request: WriteRequest, name: string): Promise<Resource<Kind>> {
  await findVisible(request, name);
  requireStatusWriter(request, name);
  return patch(request, {
    name,
    store: ({ old, resource }) =>
      storeStatus(request, {
        ...old,
        ...(resource.status && { status: resource.status }),
      } as Resource<Kind>),
  });
}

async function patch(
  request: WriteRequest,
  {
    name,
    store,
  }: {
    name: string;
    store: (change: { old: Resource<Kind>; resource: Resource<Kind> }) => Promise<Resource<Kind>>;
  },
): Promise<Resource<Kind>> {
  const { type, patch: change, duplicates } = readPatch(request.request);
  for (let attempt = 1; ; attempt += 1) {
    const old = await findVisible(request, name);
    const object = type === "json" ? jsonPatched(old, change) : mergedOver(old, change);
    const resource = decodePatched(request, { object, duplicates }, old);
    requireCurrent(old, resource);
    try {
      return await store({ old, resource });
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

function decodePatched(
  { kind, fieldValidation, reply }: WriteRequest,
  { object, duplicates }: { object: unknown; duplicates: string[] },
  old: Resource<Kind>,
): Resource<Kind> {
  const { name } = old.metadata;
  if (!isObject(object)) throw cannotPatch(old, "it leaves no object");
  const { apiVersion, kind: given } = object;
  if (!given) throw cannotPatch(old, "Object 'Kind' is missing in what it leaves");
  if (apiVersion !== API_VERSION) {
    throw mustBe({ kind, name }, { field: "apiVersion", value: apiVersion, expected: API_VERSION });
  }
  const refuse = (why: string): StatusError => cannotPatch(old, why);
  const decoded = decodeResource(kind, { object, duplicates }, { fieldValidation, refuse });
  for (const warning of decoded.warnings) warn(reply, warning);
  requireName(name, decoded.resource);
  return decoded.resource;
}

/** Kubernetes shows the whole object; here it is what is wrong with it. */
function cannotPatch({ kind, metadata: { name } }: Resource<Kind>, why: string): StatusError {
  const message = `Invalid value: ${why}`;
  return new StatusError(
    422,
    "Invalid",
    `${kind}.${GROUP} ${JSON.stringify(name)} is invalid: patch: ${message}`,
    {
      about: { name, group: GROUP, kind },
      causes: [{ reason: "FieldValueInvalid", message, field: "patch" }],
    },
  );
}

/** RFC 6902. */
function jsonPatched(old: Resource<Kind>, patchOperations: unknown): unknown {
  if (!Array.isArray(patchOperations)) {
    throw notDecoded(cannotUnmarshal(patchOperations, "a list of operations (RFC 6902)"));
  }
  if (patchOperations.length > MAX_OPERATIONS) {
    const message = `Request entity too large: The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${patchOperations.length}`;
    throw new StatusError(413, "RequestEntityTooLarge", message);
  }
  const holder = { document: structuredClone(old) as unknown };
  const operations = (patchOperations as Operation[]).map((operation) => under(HOLDER, operation));
  const failure = applyPatch(holder, operations).find((result) => result !== null);
  if (!failure) return holder.document;
  throw rejected(failure.message.replace(`path: ${HOLDER}`, "path: "));
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

function mergedOver(old: Resource<Kind>, change: unknown): unknown {
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
