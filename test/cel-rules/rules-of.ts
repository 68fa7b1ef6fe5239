import type { Rule } from "../../src/resources/cel.ts";
import { resourceSchema } from "../../src/resources/custom-resource-definition.ts";
import { KINDS, type Kind } from "../../src/resources/kinds.ts";
import type { StructuralSchema } from "../../src/resources/structural-schema.ts";

/** Every rule, by the kind and field that has it. */
export function allRules(): Record<string, Rule[]> {
  const kinds = Object.keys(KINDS) as Kind[];
  return Object.fromEntries(kinds.flatMap((kind) => [...rulesIn(resourceSchema(kind), kind)]));
}

function* rulesIn(schema: StructuralSchema, path: string): Generator<[path: string, Rule[]]> {
  const { "x-kubernetes-validations": rules, properties = {}, items } = schema;
  if (rules) yield [path, rules];
  for (const [name, property] of Object.entries(properties)) yield* rulesIn(property, `${path}.${name}`);
  if (items) yield* rulesIn(items, `${path}[]`);
}
