import { requireDistinctKeys } from "../admission/admit.ts";
import { ConflictError, NotFoundError } from "../resource-store/errors.ts";
import type { Kind, Resource } from "../resources/kinds.ts";
import { API_VERSION } from "../resources/metadata.ts";
import { storeNew } from "./create.ts";
import { decodeResource, wholeSchema } from "./decode.ts";
import { requireName } from "./decode-object.ts";
import { cannotUnmarshal, isObject } from "./go-types.ts";
import { difference, intersection } from "./managed-fields/field-set.ts";
import { changedFields, fieldsOf, mergeFields, withoutFields } from "./managed-fields/fields.ts";
import {
  conflictsWith,
  fieldsManagedBy,
  fieldsManagedByOthers,
  managersAfter,
  type FieldConflict,
  type Manager,
} from "./managed-fields/managers.ts";
import { identityOf, managedParts, now, withEntries } from "./managed-fields/track.ts";
import { retried } from "./retried.ts";
import { StatusError } from "./status.ts";
import { requireCurrent, storeUpdate } from "./update.ts";
import { warn } from "./warning.ts";
import { findVisible, type WriteRequest } from "./write-request.ts";

/** What a manager says, and of what. */
interface Applied {
  name: string;
  patch: unknown;
  duplicates: string[];
}

/**
 * Server-side apply: what a manager says is merged into what others say, and what it says no more goes.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/
 * @throws StatusError Conflict with each field that somebody else says otherwise, unless it is forced
 */
export async function applyResource(request: WriteRequest, body: Applied): Promise<Resource<Kind>> {
  const { name } = body;
  const manager = applyingManager(request);
  const applied = decodeApplied(request, body);
  requireDistinctKeys(applied);
  const force = request.query["force"] === "true";
  return retried(request, name, async () => {
    const old = await findIfThere(request, name);
    if (old) requireCurrent(old, applied);
    else requireNoUid(applied);
    const next = applyOver(old, applied, { manager, force });
    return () => (old ? storeUpdate(request, { old, resource: next }) : storeNew(request, next));
  });
}

/** A pure function: what is there, what is applied → what shall be. */
function applyOver(
  old: Resource<Kind> | undefined,
  applied: Resource<Kind>,
  { manager, force }: { manager: Manager; force: boolean },
): Resource<Kind> {
  const schema = wholeSchema(applied.kind);
  const entries = old?.metadata.managedFields ?? [];
  const [live, said] = [managedParts(old), managedParts(applied)];
  const fields = fieldsOf(said, schema);
  const dropped = difference(
    difference(fieldsManagedBy(entries, manager), fields),
    fieldsManagedByOthers(entries, manager),
  );
  const merged = withoutFields(mergeFields(live, said, schema), dropped, schema);
  const changed = intersection(fields, changedFields(live, merged, schema));
  const conflicts = force ? [] : conflictsWith(entries, { manager, changed });
  if (conflicts.length > 0) throw conflictError(conflicts);
  const { metadata = {}, spec = {} } = merged as { metadata?: object; spec?: object };
  const base = old ?? applied;
  const next = { ...base, metadata: { ...identityOf(base), ...metadata }, spec } as Resource<Kind>;
  return withEntries(next, managersAfter(entries, { manager, fields, changed, time: now() }));
}

/** That there is one was asked before. */
function applyingManager({ query }: WriteRequest): Manager {
  return { name: query["fieldManager"] ?? "", operation: "Apply" };
}

function decodeApplied(
  { kind, fieldValidation, reply }: WriteRequest,
  { name, patch, duplicates }: Applied,
): Resource<Kind> {
  const object = patch ?? {};
  if (!isObject(object)) {
    const why = cannotUnmarshal(object, "an object with kind and apiVersion");
    throw badRequest(`error decoding YAML: error unmarshaling JSON: while decoding JSON: ${why}`);
  }
  requireType(kind, object);
  const { resource, warnings } = decodeResource(kind, { object, duplicates }, { fieldValidation });
  for (const warning of warnings) warn(reply, warning);
  if (resource.metadata.managedFields) throw badRequest("metadata.managedFields must be nil");
  requireName(name, resource);
  const draft = { ...resource };
  delete draft.status;
  return draft;
}

function requireType(expected: Kind, { apiVersion = "", kind = "" }: Record<string, unknown>): void {
  if (apiVersion === API_VERSION && kind === expected) return;
  throw badRequest(`invalid object type: ${String(apiVersion) || "/"}, Kind=${String(kind)}`);
}

async function findIfThere(request: WriteRequest, name: string): Promise<Resource<Kind> | undefined> {
  try {
    return await findVisible(request, name);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** What is applied to one that is gone makes no other. @throws ConflictError */
function requireNoUid({ kind, metadata: { name, uid } }: Resource<Kind>): void {
  if (!uid) return;
  const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
  throw new ConflictError(kind, name, why);
}

function conflictError(found: FieldConflict[]): StatusError {
  const conflicts = found.toSorted((a, b) => (a.manager + a.field < b.manager + b.field ? -1 : 1));
  const causes = conflicts.map(({ manager, field }) => ({
    reason: "FieldManagerConflict",
    message: `conflict with ${JSON.stringify(manager)} using ${API_VERSION}`,
    field,
  }));
  const count = `Apply failed with ${causes.length} conflict${causes.length > 1 ? "s" : ""}`;
  return new StatusError(409, "Conflict", `${count}: ${describeConflicts(conflicts)}`, { causes });
}

function describeConflicts(conflicts: FieldConflict[]): string {
  const [first] = conflicts;
  if (conflicts.length === 1 && first) return `conflict with ${nameOf(first.manager)}: ${first.field}`;
  const byManager = Map.groupBy(conflicts, ({ manager }) => manager);
  return [...byManager]
    .flatMap(([manager, own]) => [
      `conflicts with ${nameOf(manager)}:`,
      ...own.map(({ field }) => `- ${field}`),
    ])
    .join("\n");
}

function nameOf(manager: string): string {
  return `${JSON.stringify(manager)} using ${API_VERSION}`;
}

function badRequest(message: string): StatusError {
  return new StatusError(400, "BadRequest", message);
}
