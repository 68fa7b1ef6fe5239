import { API_VERSION, type ManagedFieldsEntry } from "../../resources/metadata.ts";
import { difference, intersection, isEmpty, pathsOf, union, type FieldSet } from "./field-set.ts";

/** Who writes: a name, and whether it applies or updates. */
export interface Manager {
  name: string;
  operation: "Apply" | "Update";
}

/** A field that somebody else has said otherwise. */
export interface FieldConflict {
  manager: string;
  /** `.spec.detail.url` */
  field: string;
}

/** Fields that a manager has said; none when it has said nothing. */
export function fieldsManagedBy(entries: readonly ManagedFieldsEntry[], manager: Manager): FieldSet {
  return (entries.find((entry) => isBy(entry, manager))?.fieldsV1 ?? {}) as FieldSet;
}

/** Fields that anybody but this manager has said. */
export function fieldsManagedByOthers(entries: readonly ManagedFieldsEntry[], manager: Manager): FieldSet {
  return entries
    .filter((entry) => !isBy(entry, manager))
    .reduce<FieldSet>((all, entry) => union(all, entry.fieldsV1 as FieldSet), {});
}

/** Fields that others have said and that a change says otherwise. */
export function conflictsWith(
  entries: readonly ManagedFieldsEntry[],
  { manager, changed }: { manager: Manager; changed: FieldSet },
): FieldConflict[] {
  return entries
    .filter((entry) => !isBy(entry, manager))
    .flatMap((entry) =>
      pathsOf(intersection(entry.fieldsV1 as FieldSet, changed)).map((field) => ({
        manager: entry.manager,
        field,
      })),
    );
}

/** The entries after a manager has said `fields`; `changed` is taken from the others. */
export function managersAfter(
  entries: readonly ManagedFieldsEntry[],
  { manager, fields, changed, time }: { manager: Manager; fields: FieldSet; changed: FieldSet; time: string },
): ManagedFieldsEntry[] {
  const before = entries.find((entry) => isBy(entry, manager));
  const others = entries
    .filter((entry) => entry !== before)
    .map((entry) => ({ ...entry, fieldsV1: difference(entry.fieldsV1 as FieldSet, changed) }))
    .filter((entry) => !isEmpty(entry.fieldsV1));
  if (isEmpty(fields)) return others;
  const isSame = before !== undefined && JSON.stringify(before.fieldsV1) === JSON.stringify(fields);
  const entry: ManagedFieldsEntry = {
    manager: manager.name,
    operation: manager.operation,
    apiVersion: API_VERSION,
    // What says the same again has not changed anything.
    time: isSame ? before.time : time,
    fieldsType: "FieldsV1",
    fieldsV1: fields,
  };
  return [...others, entry];
}

function isBy(entry: ManagedFieldsEntry, { name, operation }: Manager): boolean {
  return entry.manager === name && entry.operation === operation;
}
