import type { ObjectMeta } from "../resources/metadata.ts";
import type { FieldRequirement, LabelRequirement } from "./port.ts";

/** What a list or a watch is limited to; all requirements must hold. */
export interface Selectors {
  labelSelector?: LabelRequirement[];
  fieldSelector?: FieldRequirement[];
}

export function hasSelectors({ labelSelector = [], fieldSelector = [] }: Selectors): boolean {
  return labelSelector.length > 0 || fieldSelector.length > 0;
}

/** Anything that has labels and fields. */
export interface Selectable {
  metadata: Pick<ObjectMeta, "labels">;
}

/** Whether a resource is selected, as Kubernetes has it: NotIn and != also select what has no such label or field. */
export function isSelected(
  resource: Selectable,
  { labelSelector = [], fieldSelector = [] }: Selectors,
): boolean {
  return (
    labelSelector.every((requirement) => holdsForLabels(requirement, resource.metadata.labels ?? {})) &&
    fieldSelector.every((requirement) => holdsForField(requirement, resource))
  );
}

function holdsForLabels(requirement: LabelRequirement, labels: Record<string, string>): boolean {
  const value = Object.hasOwn(labels, requirement.key) ? labels[requirement.key] : undefined;
  switch (requirement.operator) {
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "In":
      return value !== undefined && requirement.values.includes(value);
    case "NotIn":
      return value === undefined || !requirement.values.includes(value);
  }
}

function holdsForField({ path, operator, value }: FieldRequirement, resource: Selectable): boolean {
  return (fieldValue(resource, path) === value) === (operator === "=");
}

/** A field that is not there counts as empty. */
function fieldValue(resource: Selectable, path: string): string {
  let value: unknown = resource;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return "";
    value = (value as Record<string, unknown>)[key];
  }
  return typeof value === "string" ? value : "";
}
