import { resourceSchema } from "../resources/custom-resource-definition.ts";
import type { Kind, Resource } from "../resources/kinds.ts";
import { API_VERSION, GROUP, NAMESPACE, ObjectMeta, VERSION } from "../resources/metadata.ts";
import { toStructuralSchema, type StructuralSchema } from "../resources/structural-schema.ts";
import type { ObjectBody } from "./body.ts";
import { faultOfMetadata } from "./object-meta.ts";
import { StatusError } from "./status.ts";
import type { FieldValidation } from "./write-options.ts";

export interface Decoded<K extends Kind> {
  resource: Resource<K>;
  /** For a Warning header each. */
  warnings: string[];
}

export interface DecodeOptions {
  fieldValidation: FieldValidation;
  /** An error for a shape that is wrong, or a field that is not known. Default: BadRequest. */
  refuse?: (why: string) => StatusError;
}

/**
 * Takes an object for a resource of a kind: what no schema names is left out, and told.
 * @throws StatusError BadRequest when it is of another version or namespace, or metadata is of a wrong shape; Invalid
 * when it is of another kind
 */
export function decodeResource<K extends Kind>(
  kind: K,
  { object, duplicates }: ObjectBody,
  { fieldValidation, refuse = (why) => cannotBeHandled(kind, why) }: DecodeOptions,
): Decoded<K> {
  requireVersion(object);
  const fault = faultOfMetadata(object["metadata"] ?? {});
  if (fault !== undefined) throw refuse(fault);
  const unknown: string[] = [];
  const known = pruned(object, { schema: wholeSchema(kind), path: "", unknown }) as Record<string, unknown>;
  const faults = [...duplicates, ...unknown.map((path) => `unknown field ${JSON.stringify(path)}`)];
  if (faults.length > 0 && fieldValidation === "Strict") {
    throw refuse(`strict decoding error: ${faults.join(", ")}`);
  }
  const metadata = metadataOf(known["metadata"]);
  requireKind(kind, object["kind"], metadata.name);
  requireNamespace(metadata);
  const resource = { ...known, apiVersion: API_VERSION, kind, metadata } as Resource<K>;
  return { resource, warnings: fieldValidation === "Warn" ? faults : [] };
}

/** @throws StatusError BadRequest when a body is for another name than its URL */
export function requireName(name: string, { metadata }: Resource<Kind>): void {
  if (metadata.name === name) return;
  const why =
    metadata.name === ""
      ? `the name of the object (${name} based on URL) was undeterminable: name must be provided`
      : `the name of the object (${metadata.name}) does not match the name on the URL (${name})`;
  throw badRequest(why);
}

/** A field that may not be other than it is. */
export function mustBe(
  about: { kind: string; name: string },
  { field, value, expected }: { field: string; value: unknown; expected: string },
): StatusError {
  const message = `Invalid value: ${JSON.stringify(value)}: must be ${expected}`;
  const { kind, name } = about;
  return new StatusError(
    422,
    "Invalid",
    `${kind}.${GROUP} ${JSON.stringify(name)} is invalid: ${field}: ${message}`,
    {
      about: { ...(name !== "" && { name }), group: GROUP, kind },
      causes: [{ reason: "FieldValueInvalid", message, field }],
    },
  );
}

function requireVersion({ apiVersion = "" }: Record<string, unknown>): void {
  if (apiVersion === API_VERSION) return;
  throw badRequest(
    `the API version in the data (${String(apiVersion)}) does not match the expected API version (${API_VERSION})`,
  );
}

function requireKind(kind: Kind, given: unknown, name: string): void {
  if (given === kind) return;
  throw mustBe({ kind: String(given), name }, { field: "kind", value: given, expected: kind });
}

function requireNamespace({ namespace }: Resource<Kind>["metadata"]): void {
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

/** Of whole resources, with their metadata. */
export function wholeSchema(kind: Kind): StructuralSchema {
  const schema = SCHEMAS.get(kind) ?? makeWholeSchema(kind);
  SCHEMAS.set(kind, schema);
  return schema;
}

const SCHEMAS = new Map<Kind, StructuralSchema>();

function makeWholeSchema(kind: Kind): StructuralSchema {
  const schema = resourceSchema(kind);
  const metadata = toStructuralSchema(ObjectMeta);
  const ignored = Object.fromEntries(NOT_KEPT.map((name) => [name, OPEN]));
  const properties = { ...metadata.properties, ...ignored };
  return { ...schema, properties: { ...schema.properties, metadata: { ...metadata, properties } } };
}

/** Its shape was found right. */
function metadataOf(value: unknown): Resource<Kind>["metadata"] {
  const kept = Object.entries((value ?? {}) as object).filter(([name]) => !NOT_KEPT.includes(name));
  return { name: "", ...Object.fromEntries(kept) };
}

function cannotBeHandled(kind: Kind, why: string): StatusError {
  return badRequest(`${kind} in version ${JSON.stringify(VERSION)} cannot be handled as a ${kind}: ${why}`);
}

function badRequest(message: string): StatusError {
  return new StatusError(400, "BadRequest", message);
}
