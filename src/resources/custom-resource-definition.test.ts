import assert from "node:assert/strict";
import { test } from "node:test";
import { Type } from "typebox";
import { matches } from "./cel.ts";
import { customResourceDefinition, resourceSchema } from "./custom-resource-definition.ts";
import { KINDS, type Kind } from "./kinds.ts";
import { toStructuralSchema, type StructuralSchema } from "./structural-schema.ts";

const ALL = Object.keys(KINDS) as Kind[];

test("every field of every kind says what it is", () => {
  const silent = ALL.flatMap((kind) => fieldsWithout(resourceSchema(kind), kind));
  assert.deepEqual(silent, []);
});

test("every text, list and map has a limit, or is the hub's own to write", () => {
  const unbounded = ALL.flatMap((kind) => unboundedIn(resourceSchema(kind).properties?.["spec"] ?? {}, kind));
  assert.deepEqual(unbounded, []);
});

test("printer columns and selectable fields name fields that there are", () => {
  for (const kind of ALL) {
    const { printerColumns, selectableFields } = KINDS[kind];
    for (const path of [...printerColumns.map(({ jsonPath }) => jsonPath), ...selectableFields]) {
      assert.ok(path.startsWith(".metadata.") || fieldAt(resourceSchema(kind), path), `${kind} ${path}`);
    }
  }
});

test("a status has no rules: they are of what users say", () => {
  const { status, spec } = resourceSchema("Image").properties ?? {};
  assert.match(JSON.stringify(spec), /"x-kubernetes-validations"/);
  assert.doesNotMatch(JSON.stringify(status), /"x-kubernetes-validations"/);
});

test("patterns say in RE2 what they say in JavaScript", () => {
  assert.equal(matches(/^a\/b\uFEFF$/i), String.raw`self.lowerAscii().matches(r'^a/b\x{FEFF}$')`);
});

test("a definition has the name that Kubernetes asks for, a status subresource and the category", () => {
  const { metadata, spec } = customResourceDefinition("Repository");
  assert.equal(metadata.name, "repositories.imagehub.sealos.io");
  assert.deepEqual(spec.names.categories, ["imagehub"]);
  assert.deepEqual(spec.versions[0]["subresources"], { status: {} });
});

test("choices become enums, maps additionalProperties, what is free keeps unknown fields", () => {
  const schema = Type.Object({
    choice: Type.Union([Type.Literal("a"), Type.Literal("b")]),
    map: Type.Record(Type.String(), Type.Unknown()),
  });
  assert.deepEqual(toStructuralSchema(schema), {
    type: "object",
    properties: {
      choice: { type: "string", enum: ["a", "b"] },
      map: { type: "object", additionalProperties: { "x-kubernetes-preserve-unknown-fields": true } },
    },
    required: ["choice", "map"],
  });
});

test("what a structural schema cannot say is an error", () => {
  assert.throws(() => toStructuralSchema(Type.Null()), /Cannot make a structural schema/);
  assert.throws(() => toStructuralSchema(Type.Union([Type.Integer(), Type.Literal("a")])), /Cannot make/);
});

function fieldsWithout({ properties = {}, items }: StructuralSchema, path: string): string[] {
  return [
    ...Object.entries(properties).flatMap(([name, field]) => [
      ...(field.description || name === "metadata" ? [] : [`${path}.${name}`]),
      ...fieldsWithout(field, `${path}.${name}`),
    ]),
    ...(items ? fieldsWithout(items, `${path}[]`) : []),
  ];
}

function unboundedIn(
  { type, properties = {}, items, maxLength, maxItems, enum: choices }: StructuralSchema,
  path: string,
): string[] {
  const isOpen =
    (type === "string" && maxLength === undefined && choices === undefined) ||
    (type === "array" && maxItems === undefined);
  return [
    ...(isOpen ? [path] : []),
    ...Object.entries(properties).flatMap(([name, field]) => unboundedIn(field, `${path}.${name}`)),
    ...(items ? unboundedIn(items, `${path}[]`) : []),
  ];
}

/** The field at a JSON path such as `.status.conditions[?(@.type=="Ready")].status`. */
function fieldAt(schema: StructuralSchema, path: string): StructuralSchema | undefined {
  let found: StructuralSchema | undefined = schema;
  for (const step of path
    .replace(/\[[^\]]*\]/g, "")
    .split(".")
    .slice(1)) {
    found = (found?.items ?? found)?.properties?.[step];
  }
  return found;
}
