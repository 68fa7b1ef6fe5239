import { resourceSchema } from "../resources/custom-resource-definition.ts";
import { KINDS, type Kind } from "../resources/kinds.ts";
import type { StructuralSchema } from "../resources/structural-schema.ts";
import type { FieldCause } from "./errors.ts";

/** Enough to put right; a resource that is wrong everywhere is not listed to its end. */
const MAX_CAUSES = 50;

const SCHEMAS = new Map((Object.keys(KINDS) as Kind[]).map((kind) => [kind, resourceSchema(kind)]));

/** What a kind's schema finds wrong with a spec, in the words of Kubernetes. Fields that it does not name are let be. */
export function validateSchema(kind: Kind, { spec }: { spec: unknown }): FieldCause[] {
  if (spec === undefined)
    return [{ field: "spec", reason: "FieldValueRequired", why: "What its users say." }];
  return validatePart(kind, "spec", spec);
}

/** What a kind's schema finds wrong with a status. */
export function validateStatusSchema(kind: Kind, { status }: { status?: unknown }): FieldCause[] {
  return status === undefined ? [] : validatePart(kind, "status", status);
}

function validatePart(kind: Kind, field: "spec" | "status", value: unknown): FieldCause[] {
  const schema = SCHEMAS.get(kind)?.properties?.[field] ?? {};
  return [...causesIn(value, { schema, field })].slice(0, MAX_CAUSES);
}

interface Place {
  schema: StructuralSchema;
  /** Dotted path. */
  field: string;
}

function* causesIn(value: unknown, place: Place): Generator<FieldCause> {
  const { schema, field } = place;
  if (schema.type === undefined) return;
  const type = typeOf(value);
  if (type !== schema.type) {
    const why = `${field} in body must be of type ${schema.type}: ${JSON.stringify(type)}`;
    yield { field, reason: "FieldValueTypeInvalid", value: type, why };
    yield* choiceCauses(value, place);
    return;
  }
  if (typeof value === "string") yield* textCauses(value, place);
  else if (typeof value === "number") yield* numberCauses(value, place);
  else if (Array.isArray(value)) yield* listCauses(value, place);
  else if (schema.type === "object") yield* objectCauses(value as Record<string, unknown>, place);
}

function* textCauses(value: string, { schema, field }: Place): Generator<FieldCause> {
  const { maxLength, minLength, pattern } = schema;
  yield* choiceCauses(value, { schema, field });
  if (maxLength !== undefined && isLongerThan(value, maxLength)) {
    yield {
      field,
      reason: "FieldValueTooLong",
      // Kubernetes says bytes, and counts characters.
      why: `may not be more than ${maxLength} bytes, got ${[...value].length} characters`,
    };
  }
  if (minLength !== undefined && !isLongerThan(value, minLength - 1)) {
    yield invalid(field, value, `should be at least ${minLength} chars long`);
  }
  if (pattern !== undefined && !new RegExp(pattern, "u").test(value)) {
    yield invalid(field, value, `should match '${pattern}'`);
  }
}

/** In code points, which are counted only where they decide: a text may be long. */
function isLongerThan(text: string, length: number): boolean {
  return text.length > length && (text.length > 2 * length || [...text].length > length);
}

function* choiceCauses(value: unknown, { schema: { enum: choices }, field }: Place): Generator<FieldCause> {
  if (!choices || choices.includes(value as string)) return;
  const why = `supported values: ${choices.map((choice) => JSON.stringify(choice)).join(", ")}`;
  yield { field, reason: "FieldValueNotSupported", value, why };
}

function* numberCauses(value: number, { schema, field }: Place): Generator<FieldCause> {
  const { minimum, maximum } = schema;
  if (minimum !== undefined && value < minimum) {
    yield invalid(field, value, `should be greater than or equal to ${minimum}`);
  }
  if (maximum !== undefined && value > maximum) {
    yield invalid(field, value, `should be less than or equal to ${maximum}`);
  }
}

function* listCauses(value: unknown[], { schema, field }: Place): Generator<FieldCause> {
  const { items = {}, maxItems, minItems } = schema;
  if (maxItems !== undefined && value.length > maxItems) {
    yield {
      field,
      reason: "FieldValueTooMany",
      value: value.length,
      why: `must have at most ${maxItems} items`,
    };
    return;
  }
  if (minItems !== undefined && value.length < minItems) {
    yield invalid(field, value.length, `should have at least ${minItems} items`);
  }
  yield* duplicateCauses(value, { schema, field });
  for (const [index, item] of value.entries()) {
    yield* causesIn(item, { schema: items, field: `${field}[${index}]` });
  }
}

/** A list that is a map has one entry a key. */
function* duplicateCauses(value: unknown[], { schema, field }: Place): Generator<FieldCause> {
  const keys = schema["x-kubernetes-list-map-keys"];
  if (!keys) return;
  const seen = new Set<string>();
  for (const [index, item] of value.entries()) {
    if (typeOf(item) !== "object") continue;
    const entries = keys.map((key) => [key, (item as Record<string, unknown>)[key]]);
    const id = JSON.stringify(entries);
    if (seen.has(id)) {
      const why = `one entry for each ${keys.join(" and ")}`;
      yield {
        field: `${field}[${index}]`,
        reason: "FieldValueDuplicate",
        value: Object.fromEntries(entries),
        why,
      };
    }
    seen.add(id);
  }
}

function* objectCauses(value: Record<string, unknown>, { schema, field }: Place): Generator<FieldCause> {
  const { properties, required = [], additionalProperties } = schema;
  for (const name of required) {
    if (value[name] === undefined) {
      yield { field: `${field}.${name}`, reason: "FieldValueRequired", why: whatFor(properties?.[name]) };
    }
  }
  for (const [name, part] of Object.entries(value)) {
    const known = properties && Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    if (known && part !== undefined) yield* causesIn(part, { schema: known, field: `${field}.${name}` });
  }
}

function whatFor(schema: StructuralSchema | undefined): string {
  return schema?.description ?? "expected a value";
}

function invalid(field: string, value: unknown, rule: string): FieldCause {
  return { field, reason: "FieldValueInvalid", value, why: `${field} in body ${rule}` };
}

function typeOf(value: unknown): StructuralSchema["type"] | "null" {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value as StructuralSchema["type"];
}
