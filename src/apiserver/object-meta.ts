import { cannotUnmarshal, isObject } from "./go-types.ts";

/** Whether a value is one of a type. */
interface Type {
  /** As Kubernetes names it. */
  name: string;
  is: (value: unknown) => boolean;
  /** What is in a list or a map. */
  items?: Type;
}

const text: Type = { name: "string", is: (value) => typeof value === "string" };
const uid: Type = { ...text, name: "types.UID" };
const truth: Type = { name: "bool", is: (value) => typeof value === "boolean" };
const integer: Type = { name: "int64", is: (value) => Number.isInteger(value) };
const texts: Type = { name: "[]string", is: Array.isArray, items: text };
const map: Type = { name: "map[string]string", is: isObject, items: text };
const list = (item: string): Type => ({
  name: `[]v1.${item}`,
  is: Array.isArray,
  items: { name: `v1.${item}`, is: isObject },
});

const FIELDS: Record<string, Type> = {
  name: text,
  namespace: text,
  generateName: text,
  selfLink: text,
  uid,
  resourceVersion: text,
  generation: integer,
  deletionGracePeriodSeconds: integer,
  labels: map,
  annotations: map,
  finalizers: texts,
  ownerReferences: list("OwnerReference"),
  managedFields: list("ManagedFieldsEntry"),
};
const OWNER_FIELDS: Record<string, Type> = {
  apiVersion: text,
  kind: text,
  name: text,
  uid,
  controller: truth,
  blockOwnerDeletion: truth,
};
const TIMES = ["creationTimestamp", "deletionTimestamp"];

/** What is wrong with the shape of metadata, in the words of Kubernetes; undefined when it is right. */
export function faultOfMetadata(metadata: unknown): string | undefined {
  if (!isObject(metadata)) return cannotUnmarshal(metadata, "Go value of type v1.ObjectMeta");
  const { ownerReferences } = metadata;
  return (
    faultOfFields(metadata, FIELDS, "ObjectMeta.") ??
    (Array.isArray(ownerReferences) ? faultOfOwners(ownerReferences) : undefined) ??
    faultOfTimes(metadata)
  );
}

function faultOfOwners(references: Record<string, unknown>[]): string | undefined {
  for (const reference of references) {
    const fault = faultOfFields(reference, OWNER_FIELDS, "OwnerReference.ownerReferences.");
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultOfFields(
  object: Record<string, unknown>,
  fields: Record<string, Type>,
  prefix: string,
): string | undefined {
  for (const [name, type] of Object.entries(fields)) {
    const value = object[name];
    const into = `Go struct field ${prefix}${name} of type`;
    if (value === undefined || value === null) continue;
    if (!type.is(value)) return cannotUnmarshal(value, `${into} ${type.name}`);
    const { items } = type;
    const wrong = items && Object.values(value).find((item) => !items.is(item));
    if (items && wrong !== undefined) return cannotUnmarshal(wrong, `${into} ${items.name}`);
  }
  return undefined;
}

/** RFC 3339; Kubernetes shows the layout that Go has for it. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

function faultOfTimes(metadata: Record<string, unknown>): string | undefined {
  for (const name of TIMES) {
    const value = metadata[name];
    if (value === undefined || value === null) continue;
    if (typeof value !== "string") return cannotUnmarshal(value, "Go value of type string");
    if (!TIME.test(value) || Number.isNaN(Date.parse(value))) {
      return `parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(value)} as "2006"`;
    }
  }
  return undefined;
}
