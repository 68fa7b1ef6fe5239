import { Value } from "typebox/value";
import { toKubernetesTime } from "../../resources/conditions.ts";
import type { Kind, Resource } from "../../resources/kinds.ts";
import { ManagedFieldsEntry } from "../../resources/metadata.ts";
import { wholeSchema } from "../decode.ts";
import { intersection, union, within, type FieldSet } from "./field-set.ts";
import { changedFields, fieldsOf } from "./fields.ts";
import { fieldsManagedBy, managersAfter, type Manager } from "./managers.ts";

/** Kubernetes bounds a manager's name so. */
const MAX_MANAGER_LENGTH = 128;

/** Who writes by a POST, PUT or PATCH: what the client calls itself. */
export function updatingManager({
  fieldManager,
  userAgent,
}: {
  fieldManager: string | undefined;
  userAgent: string | undefined;
}): Manager {
  const name = fieldManager || userAgent?.split("/", 1)[0] || "unknown";
  return { name: name.slice(0, MAX_MANAGER_LENGTH), operation: "Update" };
}

/** `next`, with what it says otherwise than `old` noted as the manager's, and what it has no longer as nobody's. */
export function withManager<K extends Kind>(
  { old, next }: { old: Resource<K> | undefined; next: Resource<K> },
  manager: Manager,
): Resource<K> {
  const schema = wholeSchema(next.kind);
  const changed = changedFields(managedParts(old), managedParts(next), schema);
  const given = entriesOf(next.metadata.managedFields) ?? old?.metadata.managedFields ?? [];
  const present = fieldsOf(managedParts(next), schema);
  const entries = given.map((entry) => ({
    ...entry,
    fieldsV1: within(entry.fieldsV1 as FieldSet, present),
  }));
  const fields = union(fieldsManagedBy(entries, manager), intersection(present, changed));
  return withEntries(next, managersAfter(entries, { manager, fields, changed, time: now() }));
}

export function withEntries<K extends Kind>(
  resource: Resource<K>,
  managedFields: ManagedFieldsEntry[],
): Resource<K> {
  const { managedFields: _, ...metadata } = resource.metadata;
  const noted = managedFields.length > 0 ? { ...metadata, managedFields } : metadata;
  return { ...resource, metadata: noted as Resource<K>["metadata"] };
}

/** Metadata that managers share; the rest tells which resource it is. */
const SHARED = new Set(["labels", "annotations", "finalizers", "ownerReferences"]);

/** What managers share: the users' part of a resource. */
export function managedParts<K extends Kind>(resource: Resource<K> | undefined): Record<string, unknown> {
  if (!resource) return {};
  const shared = Object.entries(resource.metadata).filter(
    ([name, value]) => SHARED.has(name) && value !== undefined,
  );
  // What is applied may say nothing of the spec: that is not to say that it is empty.
  const hasSpec = Object.keys(resource.spec ?? {}).length > 0;
  return {
    ...(shared.length > 0 && { metadata: Object.fromEntries(shared) }),
    ...(hasSpec && { spec: resource.spec }),
  };
}

/** Metadata that tells which resource it is. */
export function identityOf({ metadata }: Resource<Kind>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => !SHARED.has(name)));
}

export function now(): string {
  return toKubernetesTime(new Date());
}

/** What a client gives back; undefined when it gives nothing, none when it resets them by `[{}]`. */
function entriesOf(given: unknown): ManagedFieldsEntry[] | undefined {
  if (!Array.isArray(given)) return undefined;
  const entries = given.filter((entry) => Object.keys(entry as object).length > 0);
  return entries.every((entry) => Value.Check(ManagedFieldsEntry, entry)) ? entries : undefined;
}
