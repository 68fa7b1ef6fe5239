import type { Static } from "typebox";
import type { OwnerReference as Schema } from "../resources/metadata.ts";
import type { FieldCause } from "./errors.ts";

type OwnerReference = Static<typeof Schema>;

const FIELD = "metadata.ownerReferences";

/** What is wrong with owners, in the words of Kubernetes. */
export function ownerCauses(references: OwnerReference[] = []): FieldCause[] {
  return [...references.flatMap(fieldCauses), ...controllerCauses(references)];
}

function fieldCauses(reference: OwnerReference): FieldCause[] {
  const version = reference.apiVersion.split("/");
  const hasVersion = version.length <= 2 && version.at(-1) !== "";
  const causes = (["kind", "name", "uid"] as const)
    .filter((name) => !reference[name])
    .map((name) => invalid(`${FIELD}.${name}`, "", "must not be empty"));
  if (hasVersion) return causes;
  return [invalid(`${FIELD}.apiVersion`, reference.apiVersion, "version must not be empty"), ...causes];
}

function controllerCauses(references: OwnerReference[]): FieldCause[] {
  const [first, second] = references
    .filter(({ controller }) => controller)
    .map(({ kind, name }) => `${kind}/${name}`);
  if (second === undefined) return [];
  const why = `Only one reference can have Controller set to true. Found "true" in references for ${first} and ${second}`;
  return [invalid(FIELD, references, why)];
}

function invalid(field: string, value: unknown, why: string): FieldCause {
  return { field, reason: "FieldValueInvalid", value, why };
}
