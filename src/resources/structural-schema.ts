import type { TSchema } from "typebox";
import type { Rule } from "./cel.ts";

/**
 * A structural schema: the part of OpenAPI v3 that a CustomResourceDefinition takes, and that `kubectl explain` shows.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
export interface StructuralSchema {
  type?: "object" | "array" | "string" | "integer" | "number" | "boolean";
  description?: string;
  format?: string;
  default?: string;
  properties?: Record<string, StructuralSchema>;
  required?: string[];
  additionalProperties?: StructuralSchema;
  items?: StructuralSchema;
  enum?: string[];
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  maxProperties?: number;
  "x-kubernetes-list-type"?: "atomic" | "set" | "map";
  "x-kubernetes-list-map-keys"?: string[];
  "x-kubernetes-preserve-unknown-fields"?: true;
  "x-kubernetes-validations"?: Rule[];
}

/**
 * Says the same as a TypeBox schema of `resources/`.
 * @throws Error for what a structural schema cannot say: an error in our own schemas
 */
export function toStructuralSchema(schema: TSchema): StructuralSchema {
  const source = schema as SourceSchema;
  return { ...typeOf(source), ...copied(source) };
}

/** The same without rules: those are about what users say. */
export function withoutRules(schema: StructuralSchema): StructuralSchema {
  const { "x-kubernetes-validations": _, ...rest } = schema;
  const { properties, items, additionalProperties } = rest;
  return {
    ...rest,
    ...(properties && { properties: mapValues(properties, withoutRules) }),
    ...(items && { items: withoutRules(items) }),
    ...(additionalProperties && { additionalProperties: withoutRules(additionalProperties) }),
  };
}

/** What a TypeBox schema is: JSON Schema, as far as `resources/` uses it. */
interface SourceSchema {
  type?: string;
  const?: string;
  anyOf?: SourceSchema[];
  properties?: Record<string, SourceSchema>;
  patternProperties?: Record<string, SourceSchema>;
  required?: string[];
  items?: SourceSchema;
  [keyword: string]: unknown;
}

/** Keywords that mean the same in both. */
const COPIED = [
  "description",
  "default",
  "format",
  "pattern",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "minimum",
  "maximum",
  "maxProperties",
  "x-kubernetes-list-type",
  "x-kubernetes-list-map-keys",
  "x-kubernetes-validations",
] as const;

function typeOf(source: SourceSchema): StructuralSchema {
  if (source.anyOf) return { type: "string", enum: source.anyOf.map(literalOf) };
  switch (source.type) {
    case "object":
      return objectOf(source);
    case "array":
      if (!source.items) throw new Error("Cannot make a structural schema: a list says nothing of its items");
      return { type: "array", items: toStructuralSchema(source.items) };
    case "integer":
      return { type: "integer", format: "int64" };
    case "string":
      return source.const === undefined ? { type: "string" } : { type: "string", enum: [source.const] };
    case "boolean":
    case "number":
      return { type: source.type };
    case undefined:
      return { "x-kubernetes-preserve-unknown-fields": true };
    default:
      throw new Error(`Cannot make a structural schema of type ${source.type}`);
  }
}

function literalOf({ const: value }: SourceSchema): string {
  if (typeof value !== "string")
    throw new Error("Cannot make a structural schema: expected a choice of texts");
  return value;
}

function objectOf({ properties, patternProperties, required }: SourceSchema): StructuralSchema {
  const [values] = Object.values(patternProperties ?? {});
  if (values) return { type: "object", additionalProperties: toStructuralSchema(values) };
  return {
    type: "object",
    properties: mapValues(properties ?? {}, toStructuralSchema),
    ...(required && required.length > 0 && { required }),
  };
}

function copied(source: SourceSchema): Partial<StructuralSchema> {
  const found = COPIED.filter((keyword) => source[keyword] !== undefined);
  return Object.fromEntries(found.map((keyword) => [keyword, source[keyword]]));
}

function mapValues<In, Out>(from: Record<string, In>, to: (value: In) => Out): Record<string, Out> {
  return Object.fromEntries(Object.entries(from).map(([name, value]) => [name, to(value)]));
}
