/**
 * A set of fields, as Kubernetes writes it (`FieldsV1`): a tree whose steps are `f:name` for a field, `k:{…}` for the
 * item of a list that has these keys, `v:…` for the item of a set, and `.` for the item or object itself. A leaf is `{}`.
 *
 *     { "f:spec": { "f:url": {}, "f:members": { 'k:{"kind":"User","name":"a"}': { ".": {}, "f:role": {} } } } }
 *
 * https://pkg.go.dev/k8s.io/apimachinery/pkg/apis/meta/v1#FieldsV1
 */
export interface FieldSet {
  [step: string]: FieldSet;
}

export function isEmpty(set: FieldSet): boolean {
  return Object.keys(set).length === 0;
}

/** Fields of either. */
export function union(left: FieldSet, right: FieldSet): FieldSet {
  const merged = { ...left };
  for (const [step, below] of Object.entries(right)) {
    const known = own(merged, step);
    merged[step] = known ? union(known, below) : below;
  }
  return merged;
}

/** Fields of `left` that are not in `right`. A leaf is itself, and nothing of what may be below it. */
export function difference(left: FieldSet, right: FieldSet): FieldSet {
  const rest: FieldSet = {};
  for (const [step, below] of Object.entries(left)) {
    const taken = own(right, step);
    if (!taken || isEmpty(below) !== isEmpty(taken)) rest[step] = below;
    else if (!isEmpty(below)) {
      const remaining = difference(below, taken);
      if (!isEmpty(remaining)) rest[step] = remaining;
    }
  }
  return rest;
}

/** Fields of both. */
export function intersection(left: FieldSet, right: FieldSet): FieldSet {
  const both: FieldSet = {};
  for (const [step, below] of Object.entries(left)) {
    const other = own(right, step);
    if (!other || isEmpty(below) !== isEmpty(other)) continue;
    if (isEmpty(below)) both[step] = below;
    else {
      const shared = intersection(below, other);
      if (!isEmpty(shared)) both[step] = shared;
    }
  }
  return both;
}

/** Of `set` what `present` has as well: what is one field to one may be a tree to the other. */
export function within(set: FieldSet, present: FieldSet): FieldSet {
  const kept: FieldSet = {};
  for (const [step, below] of Object.entries(set)) {
    const there = step === "." ? {} : own(present, step);
    if (!there) continue;
    const left = within(below, there);
    if (isEmpty(below) || !isEmpty(left)) kept[step] = left;
  }
  return kept;
}

/** The leaves as paths, in Kubernetes' words: `.spec.members[kind="User",name="a"].role`. */
export function pathsOf(set: FieldSet, prefix = ""): string[] {
  return Object.entries(set).flatMap(([step, below]) => {
    const path = prefix + stepText(step);
    return isEmpty(below) ? [path] : pathsOf(below, path);
  });
}

function stepText(step: string): string {
  if (step === ".") return "";
  if (step.startsWith("f:")) return `.${step.slice(2)}`;
  if (step.startsWith("v:")) return `[=${step.slice(2)}]`;
  const keys = Object.entries(JSON.parse(step.slice(2)) as Record<string, unknown>);
  return `[${keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(",")}]`;
}

function own(set: FieldSet, step: string): FieldSet | undefined {
  return Object.hasOwn(set, step) ? set[step] : undefined;
}
