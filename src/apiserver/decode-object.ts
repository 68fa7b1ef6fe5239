import { NAMESPACE, ObjectMeta } from "../resources/metadata.ts";
import { toStructuralSchema, type StructuralSchema } from "../resources/structural-schema.ts";
import type { ObjectBody } from "./body.ts";
import { invalid, type InvalidObject } from "./invalid.ts";
import { faultOfMetadata } from "./object-meta.ts";
import { StatusError } from "./status.ts";
import type { FieldValidation } from "./write-options.ts";

/** What objects of one kind look like. */
export interface ObjectType {
  apiVersion: string;
  /** Empty for the core group. */
  group: string;
  kind: string;
  /** Of the whole: see `withMetadata`. */
  schema: StructuralSchema;
  /** What is wrong with the shape of what is not metadata, when it is not for admission to say. */
  faultOf?: (object: Record<string, unknown>) => string | undefined;
}

/** An object of the type that it was decoded for. */
export interface DecodedObject {
  object: { apiVersion: string; kind: string; metadata: ObjectMeta };
  /** For a Warning header each. */
  warnings: string[];
}

export interface DecodeOptions {
  fieldValidation: FieldValidation;
  /** An error for a shape that is wrong, or a field that is not known. Default: BadRequest. */
  refuse?: (why: string) => StatusError;
}

/**
 * Takes an object for one of a type: what no schema names is left out, and told.
 * @throws StatusError BadRequest when it is of another version or namespace, or metadata is of a wrong shape; Invalid
 * when it is of another kind
 */
export function decodeObject(
  type: ObjectType,
  { object, duplicates }: ObjectBody,
  { fieldValidation, refuse = (why) => cannotBeHandled(type, why) }: DecodeOptions,
): DecodedObject {
  requireVersion(type, object);
  const fault = faultOfMetadata(object["metadata"] ?? {});
  if (fault !== undefined) throw refuse(fault);
  const unknown: string[] = [];
  const known = pruned(object, { schema: type.schema, path: "", unknown }) as Record<string, unknown>;
  const faults = [...duplicates, ...unknown.map((path) => `unknown field ${JSON.stringify(path)}`)];
  if (faults.length > 0 && fieldValidation === "Strict") {
    throw refuse(`strict decoding error: ${faults.join(", ")}`);
  }
  const metadata = metadataOf(known["metadata"]);
  requireKind(type, object["kind"], metadata.name);
  requireNamespace(metadata);
  const wrong = type.faultOf?.(known);
  if (wrong !== undefined) throw refuse(wrong);
  const { apiVersion, kind } = type;
  return {
    object: { ...known, apiVersion, kind, metadata },
    warnings: fieldValidation === "Warn" ? faults : [],
  };
}

/** @throws StatusError BadRequest when a body is for another name than its URL */
export function requireName(name: string, { metadata }: { metadata: ObjectMeta }): void {
  if (metadata.name === name) return;
  const why =
    metadata.name === ""
      ? `the name of the object (${name} based on URL) was undeterminable: name must be provided`
      : `the name of the object (${metadata.name}) does not match the name on the URL (${name})`;
  throw badRequest(why);
}

/** A field that may not be other than it is. */
export function mustBe(
  about: InvalidObject,
  { field, value, expected }: { field: string; value: unknown; expected: string },
): StatusError {
  const message = `Invalid value: ${JSON.stringify(value)}: must be ${expected}`;
  return invalid(about, [{ reason: "FieldValueInvalid", message, field }]);
}

function requireVersion(type: ObjectType, { apiVersion = "" }: Record<string, unknown>): void {
  if (apiVersion === type.apiVersion) return;
  throw badRequest(
    `the API version in the data (${String(apiVersion)}) does not match the expected API version (${type.apiVersion})`,
  );
}

function requireKind({ group, kind }: ObjectType, given: unknown, name: string): void {
  if (given === kind) return;
  throw mustBe({ group, kind: String(given), name }, { field: "kind", value: given, expected: kind });
}

function requireNamespace({ namespace }: ObjectMeta): void {
  if (namespace === undefined || namespace === "" || namespace === NAMESPACE) return;
  throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
}

/** A copy without what the schema does not name. */
function pruned(
  value: unknown,
  place: { schema: StructuralSchema; path: string; unknown: string[] },
): unknown {
  const { schema, path, unknown } = place;
  if (schema["x-kubernetes-preserve-unknown-fields"]) return value;
  if (Array.isArray(value)) {
    const items = schema.items ?? OPEN;
    return value.map((item, index) => pruned(item, { schema: items, path: `${path}[${index}]`, unknown }));
  }
  if (typeof value !== "object" || value === null) return value;
  const entries: [string, unknown][] = [];
  for (const [name, part] of Object.entries(value)) {
    const partPath = path === "" ? name : `${path}.${name}`;
    const known = fieldOf(schema, name);
    // Null is how clients leave a field out.
    if (known === undefined) unknown.push(partPath);
    else if (part !== null) entries.push([name, pruned(part, { schema: known, path: partPath, unknown })]);
  }
  return Object.fromEntries(entries);
}

const OPEN: StructuralSchema = { "x-kubernetes-preserve-unknown-fields": true };

function fieldOf(
  { type, properties, additionalProperties }: StructuralSchema,
  name: string,
): StructuralSchema | undefined {
  if (properties && Object.hasOwn(properties, name)) return properties[name];
  if (additionalProperties) return additionalProperties;
  // Of a wrong type: admission says so.
  return type === "object" ? undefined : OPEN;
}

/** Metadata that Kubernetes has and the hub does not keep: known, and left out. */
const NOT_KEPT = ["selfLink", "deletionGracePeriodSeconds"];

/** The schema of whole objects: apiVersion, kind and metadata beside what `schema` has. */
export function withMetadata(schema: StructuralSchema): StructuralSchema {
  const metadata = toStructuralSchema(ObjectMeta);
  const ignored = Object.fromEntries(NOT_KEPT.map((name) => [name, OPEN]));
  const properties = { ...metadata.properties, ...ignored };
  const text = { type: "string" } as const;
  return {
    ...schema,
    properties: {
      apiVersion: text,
      kind: text,
      ...schema.properties,
      metadata: { ...metadata, properties },
    },
  };
}

/** Its shape was found right. */
function metadataOf(value: unknown): ObjectMeta {
  const kept = Object.entries((value ?? {}) as object).filter(([name]) => !NOT_KEPT.includes(name));
  return { name: "", ...Object.fromEntries(kept) };
}

function cannotBeHandled({ apiVersion, kind }: ObjectType, why: string): StatusError {
  const version = JSON.stringify(apiVersion.split("/").at(-1));
  return badRequest(`${kind} in version ${version} cannot be handled as a ${kind}: ${why}`);
}

function badRequest(message: string): StatusError {
  return new StatusError(400, "BadRequest", message);
}
