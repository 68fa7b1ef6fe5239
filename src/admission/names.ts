import type { Resource } from "../resources/kinds.ts";
import { derivedNameExpected, whyItStays, type NamedKind } from "../resources/name-grammar.ts";
import { nameOfSpecName, whyNoSpecName } from "../resources/names.ts";
import type { FieldCause } from "./errors.ts";
import type { AdmissionRequest } from "./request.ts";

/** `metadata.name` when it is left out. */
export function withDerivedName<K extends NamedKind>(resource: Resource<K>): Resource<K> {
  const name = nameOfSpecName(resource.kind, resource.spec.name);
  if (resource.metadata.name || name === undefined) return resource;
  return { ...resource, metadata: { ...resource.metadata, name } };
}

/** `spec.name` is legal and stays, and `metadata.name` is the one that follows from it. */
export function nameCauses<K extends NamedKind>(
  { kind, metadata, spec }: Resource<K>,
  { old }: AdmissionRequest<K>,
): FieldCause[] {
  const field = "spec.name";
  const oldName = old?.spec.name;
  if (oldName !== undefined && oldName !== spec.name) {
    const why = whyItStays(kind, oldName);
    return [{ field, reason: "FieldValueInvalid", value: spec.name, why }];
  }
  const why = whyNoSpecName(kind, spec.name);
  if (why !== undefined) return [{ field, reason: "FieldValueInvalid", value: spec.name, why }];
  const derived = nameOfSpecName(kind, spec.name);
  if (derived === undefined || derived === metadata.name) return [];
  return [
    {
      field: "metadata.name",
      reason: "FieldValueInvalid",
      value: metadata.name,
      why: derivedNameExpected(derived, spec.name),
    },
  ];
}
