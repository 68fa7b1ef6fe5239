import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { StructuralSchema } from "../../resources/structural-schema.ts";
import { difference, intersection, isEmpty, pathsOf, union, within, type FieldSet } from "./field-set.ts";
import { changedFields, fieldsOf, mergeFields, withoutFields } from "./fields.ts";

const MEMBER: StructuralSchema = {
  type: "object",
  properties: { kind: { type: "string" }, name: { type: "string" }, role: { type: "string" } },
};
const SCHEMA: StructuralSchema = {
  type: "object",
  properties: {
    url: { type: "string" },
    keywords: { type: "array", items: { type: "string" } },
    finalizers: { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "set" },
    labels: { type: "object", additionalProperties: { type: "string" } },
    members: { type: "array", items: MEMBER, "x-kubernetes-list-map-keys": ["kind", "name"] },
  },
};
const ANN = { kind: "User", name: "ann", role: "owner" };
const BOB = { kind: "User", name: "bob", role: "reader" };
const BOB_STEP = 'k:{"kind":"User","name":"bob"}';

test("lists without keys are one field, items of a list with keys are fields of their own", () => {
  assert.deepEqual(fieldsOf({ url: "u", keywords: ["a"], members: [BOB] }, SCHEMA), {
    "f:url": {},
    "f:keywords": {},
    "f:members": { [BOB_STEP]: { ".": {}, "f:kind": {}, "f:name": {}, "f:role": {} } },
  });
});

test("items of a set are fields of their own, by what they are", () => {
  const set = fieldsOf({ finalizers: ["a/b", "c"] }, SCHEMA);
  assert.deepEqual(set, { "f:finalizers": { 'v:"a/b"': {}, 'v:"c"': {} } });
  assert.deepEqual(pathsOf(set), ['.finalizers[="a/b"]', '.finalizers[="c"]']);
  const merged = mergeFields({ finalizers: ["a/b"] }, { finalizers: ["c", "a/b"] }, SCHEMA);
  assert.deepEqual(merged, { finalizers: ["a/b", "c"] });
  assert.deepEqual(withoutFields(merged, { "f:finalizers": { 'v:"c"': {} } }, SCHEMA), {
    finalizers: ["a/b"],
  });
});

test("what is applied is merged item by item, and goes when it is said no more", () => {
  const merged = mergeFields({ url: "u", members: [ANN] }, { members: [BOB] }, SCHEMA);
  assert.deepEqual(merged, { url: "u", members: [ANN, BOB] });
  assert.deepEqual(withoutFields(merged, { "f:members": { [BOB_STEP]: { ".": {} } } }, SCHEMA), {
    url: "u",
    members: [ANN],
  });
});

test("an object whose last field goes is gone", () => {
  assert.deepEqual(withoutFields({ labels: { a: "1" }, url: "u" }, { "f:labels": { "f:a": {} } }, SCHEMA), {
    url: "u",
  });
});

test("what changed is told field by field, what was added or taken with all that it has", () => {
  const changed = changedFields(
    { url: "u", labels: { a: "1", b: "2" }, members: [ANN, BOB] },
    { url: "v", labels: { a: "1" }, members: [ANN] },
    SCHEMA,
  );
  assert.deepEqual(pathsOf(changed).toSorted(), [
    ".labels.b",
    '.members[kind="User",name="bob"]',
    '.members[kind="User",name="bob"].kind',
    '.members[kind="User",name="bob"].name',
    '.members[kind="User",name="bob"].role',
    ".url",
  ]);
});

test("what an object has no longer goes, however its managers wrote it down", () => {
  const managed = { "f:url": {}, "f:labels": { ".": {}, "f:a": {}, "f:b": {} }, "f:members": {} };
  const left = within(managed, fieldsOf({ labels: { b: "2" }, members: [BOB] }, SCHEMA));
  assert.deepEqual(left, { "f:labels": { ".": {}, "f:b": {} }, "f:members": {} });
  assert.deepEqual(within(managed, {}), {});
});

const member = fc.record(
  {
    kind: fc.constant("User"),
    name: fc.constantFrom("ann", "bob"),
    role: fc.constantFrom("owner", "reader"),
  },
  { noNullPrototype: true },
);

const object = fc.record(
  {
    url: fc.constantFrom("u", "v"),
    keywords: fc.array(fc.constantFrom("a", "b"), { maxLength: 2 }),
    finalizers: fc.uniqueArray(fc.constantFrom("a", "b"), { minLength: 1 }),
    labels: fc.dictionary(fc.constantFrom("a", "b", "constructor"), fc.constantFrom("1", "2"), {
      minKeys: 1,
      noNullPrototype: true,
    }),
    members: fc.uniqueArray(member, { selector: ({ name }) => name, minLength: 1 }),
  },
  { requiredKeys: [], noNullPrototype: true },
);

test("merged, an object has all that was applied; merged again, nothing changes", () => {
  fc.assert(
    fc.property(object, object, (live, applied) => {
      const merged = mergeFields(live, applied, SCHEMA);
      const lost = changedFields(applied, merged, SCHEMA);
      assert.deepEqual(pathsOf(intersection(fieldsOf(applied, SCHEMA), lost)), []);
      assert.deepEqual(changedFields(merged, mergeFields(merged, applied, SCHEMA), SCHEMA), {});
    }),
  );
});

test("sets of fields keep the laws of sets", () => {
  const set = object.map((value) => fieldsOf(value, SCHEMA));
  fc.assert(
    fc.property(set, set, (left, right) => {
      assert.deepEqual(paths(union(difference(left, right), intersection(left, right))), paths(left));
      assert.ok(isEmpty(intersection(difference(left, right), right)));
      assert.deepEqual(paths(union(left, right)), paths(union(right, left)));
      assert.deepEqual(paths(within(left, right)), paths(intersection(left, right)));
    }),
  );
});

function paths(set: FieldSet): string[] {
  return pathsOf(set).toSorted();
}
