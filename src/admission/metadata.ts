import { NAMESPACE, type ObjectMeta } from "../resources/metadata.ts";
import type { FieldCause } from "./errors.ts";
import { ownerCauses } from "./owner-references.ts";
import { labelValueFaults, qualifiedNameFaults, subdomainFaults } from "./qualified-name.ts";

const MAX_ANNOTATIONS_BYTES = 256 * 1024;

/** What is wrong with metadata, whatever the kind, in the words of Kubernetes. */
export function validateMetadata({ metadata }: Named, { old }: { old?: Named | undefined }): FieldCause[] {
  return [
    ...nameCauses(metadata, old?.metadata.name),
    ...namespaceCauses(metadata.namespace),
    ...ownerCauses(metadata.ownerReferences),
    ...finalizerCauses(metadata.finalizers),
    ...newFinalizerCauses(metadata.finalizers, old?.metadata),
    ...labelCauses(metadata.labels),
    ...annotationCauses(metadata.annotations),
  ];
}

/** Anything that has metadata. */
interface Named {
  metadata: ObjectMeta;
}

function nameCauses({ name, generateName }: ObjectMeta, oldName: string | undefined): FieldCause[] {
  const generated = generateName ? subdomainFaults(generateName.replace(/-$/, "a")) : [];
  const causes = generated.map((why) => invalid("metadata.generateName", generateName, why));
  if (name === "") {
    const why = "name or generateName is required";
    return [...causes, { field: "metadata.name", reason: "FieldValueRequired", why }];
  }
  if (oldName !== undefined && oldName !== name) {
    causes.push(invalid("metadata.name", name, `field is immutable, it is ${oldName}`));
  }
  return [...causes, ...subdomainFaults(name).map((why) => invalid("metadata.name", name, why))];
}

function namespaceCauses(namespace: string | undefined): FieldCause[] {
  if (namespace === undefined || namespace === NAMESPACE) return [];
  return [invalid("metadata.namespace", namespace, `everything is in ${NAMESPACE}`)];
}

/** What Kubernetes itself finishes; the two exclude each other. */
const DEPENDENTS = ["orphan", "foregroundDeletion"];

function finalizerCauses(finalizers: string[] = []): FieldCause[] {
  const field = "metadata.finalizers";
  const causes = finalizers.flatMap((name) =>
    qualifiedNameFaults(name).map((why) => invalid(field, name, why)),
  );
  if (!DEPENDENTS.every((name) => finalizers.includes(name))) return causes;
  return [...causes, invalid(field, finalizers, `finalizer ${DEPENDENTS.join(" and ")} cannot be both set`)];
}

/** What is going waits for those that were there when it was deleted, and goes then. */
function newFinalizerCauses(finalizers: string[] = [], old: ObjectMeta | undefined): FieldCause[] {
  if (old?.deletionTimestamp === undefined) return [];
  const added = finalizers.filter((name) => !old.finalizers?.includes(name));
  if (added.length === 0) return [];
  // As Go writes a list.
  const names = [...new Set(added)].toSorted().map((name) => JSON.stringify(name));
  const why = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${names.join(", ")}}`;
  return [{ field: "metadata.finalizers", reason: "FieldValueForbidden", why }];
}

function labelCauses(labels: Record<string, string> = {}): FieldCause[] {
  const field = "metadata.labels";
  return Object.entries(labels).flatMap(([key, value]) => [
    ...qualifiedNameFaults(key).map((why) => invalid(field, key, why)),
    ...labelValueFaults(value).map((why) => invalid(field, value, why)),
  ]);
}

function annotationCauses(annotations: Record<string, string> = {}): FieldCause[] {
  const field = "metadata.annotations";
  const entries = Object.entries(annotations);
  const bytes = entries.reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
  const causes = entries.flatMap(([key]) =>
    qualifiedNameFaults(key.toLowerCase()).map((why) => invalid(field, key, why)),
  );
  if (bytes <= MAX_ANNOTATIONS_BYTES) return causes;
  const why = `may not be more than ${MAX_ANNOTATIONS_BYTES} bytes`;
  return [...causes, { field, reason: "FieldValueTooLong", why }];
}

function invalid(field: string, value: unknown, why: string): FieldCause {
  return { field, reason: "FieldValueInvalid", value, why };
}
