import { isDeepStrictEqual } from "node:util";
import type { StructuralSchema } from "../../resources/structural-schema.ts";
import { isEmpty, type FieldSet } from "./field-set.ts";

type Json = Record<string, unknown>;

/** The parts that a value of a schema is made of, by their steps; undefined for what is owned as one. */
export interface Part {
  step: string;
  value: unknown;
  schema: StructuralSchema;
}

/** Fields that a value has. An object without fields, and a list that is neither a map nor a set, are one field. */
export function fieldsOf(value: unknown, schema: StructuralSchema): FieldSet {
  const parts = partsOf(value, schema);
  if (!parts) return {};
  const set: FieldSet = {};
  for (const part of parts) {
    const below = fieldsOf(part.value, part.schema);
    set[part.step] = part.step.startsWith("k:") ? { ".": {}, ...below } : below;
  }
  return set;
}

/** Fields of `next` that `old` has otherwise, or not at all, and fields of `old` that `next` has not. */
export function changedFields(old: unknown, next: unknown, schema: StructuralSchema): FieldSet {
  const before = new Map(partsOf(old, schema)?.map((part) => [part.step, part]));
  const after = new Map(partsOf(next, schema)?.map((part) => [part.step, part]));
  const changed: FieldSet = {};
  for (const step of new Set([...before.keys(), ...after.keys()])) {
    const [from, to] = [before.get(step), after.get(step)];
    const part = from ?? to;
    if (!part || isDeepStrictEqual(from?.value, to?.value)) continue;
    const known =
      from && to ? changedFields(from.value, to.value, part.schema) : fieldsOf(part.value, part.schema);
    const bothHaveParts = from && to && partsOf(from.value, part.schema) && partsOf(to.value, part.schema);
    // The order of items is nobody's field.
    if (bothHaveParts && isEmpty(known)) continue;
    const isItem = part.step.startsWith("k:") && !(from && to);
    changed[step] = isItem ? { ".": {}, ...known } : known;
  }
  return changed;
}

/** `value` without these fields; objects and lists that become empty by it go as well. */
export function withoutFields(value: unknown, set: FieldSet, schema: StructuralSchema): unknown {
  const parts = partsOf(value, schema);
  if (!parts) return value;
  const left: Part[] = [];
  for (const part of parts) {
    const taken = Object.hasOwn(set, part.step) ? set[part.step] : undefined;
    const isOwned = taken && (Object.hasOwn(taken, ".") || (isEmpty(taken) && isLeaf(part)));
    if (!taken) left.push(part);
    else if (!isOwned) {
      const rest = withoutFields(part.value, taken, part.schema);
      if (!isVoid(rest)) left.push({ ...part, value: rest });
    }
  }
  return Array.isArray(value) ? left.map((part) => part.value) : objectOf(left);
}

/** `applied` over `live`: objects field by field, maps and sets item by item, all else as it is applied. */
export function mergeFields(live: unknown, applied: unknown, schema: StructuralSchema): unknown {
  const [before, after] = [partsOf(live, schema), partsOf(applied, schema)];
  if (!before || !after) return applied;
  const merged = new Map(before.map((part) => [part.step, part]));
  for (const part of after) {
    const known = merged.get(part.step);
    const value = known ? mergeFields(known.value, part.value, part.schema) : part.value;
    merged.set(part.step, { ...part, value });
  }
  const parts = [...merged.values()];
  return Array.isArray(applied) ? parts.map((part) => part.value) : objectOf(parts);
}

/** An object that others have filled since is no leaf any more. */
function isLeaf({ value, schema }: Part): boolean {
  return (partsOf(value, schema) ?? []).length === 0;
}

function partsOf(value: unknown, schema: StructuralSchema): Part[] | undefined {
  if (Array.isArray(value)) return itemsOf(value, schema);
  const isObject = typeof value === "object" && value !== null;
  if (!isObject || schema["x-kubernetes-preserve-unknown-fields"]) return undefined;
  return Object.entries(value).map(([name, part]) => ({
    step: `f:${name}`,
    value: part,
    schema: schema.properties?.[name] ?? schema.additionalProperties ?? {},
  }));
}

function itemsOf(list: unknown[], schema: StructuralSchema): Part[] | undefined {
  if (schema["x-kubernetes-list-type"] === "set") {
    return list.map((item) => ({
      step: `v:${JSON.stringify(item)}`,
      value: item,
      schema: schema.items ?? {},
    }));
  }
  const keys = schema["x-kubernetes-list-map-keys"];
  if (!keys) return undefined;
  return list.map((item) => {
    const id = Object.fromEntries(keys.map((key) => [key, (item as Json | null)?.[key]]));
    return { step: `k:${JSON.stringify(id)}`, value: item, schema: schema.items ?? {} };
  });
}

function objectOf(parts: Part[]): Json {
  return Object.fromEntries(parts.map(({ step, value }) => [step.slice(2), value]));
}

function isVoid(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
