import { resourceSchema } from "../resources/custom-resource-definition.ts";
import { KINDS, type Kind } from "../resources/kinds.ts";
import { GROUP, ObjectMeta, VERSION } from "../resources/metadata.ts";
import { toStructuralSchema, type StructuralSchema } from "../resources/structural-schema.ts";

/** A schema as OpenAPI has it: a structural one, or a reference, with what kinds it is of. */
export type OpenApiSchema = Omit<StructuralSchema, "properties" | "items"> & {
  $ref?: string;
  properties?: Record<string, OpenApiSchema>;
  items?: OpenApiSchema;
  allOf?: OpenApiSchema[];
  "x-kubernetes-group-version-kind"?: GroupVersionKind[];
};

export interface GroupVersionKind {
  group: string;
  version: string;
  kind: string;
}

/** Where a document keeps its schemas: `#/components/schemas/`, before version 3 `#/definitions/`. */
export type SchemaRoot = "#/components/schemas/" | "#/definitions/";

/** Prefix of the names of what all kinds share. */
export const META = "io.k8s.apimachinery.pkg.apis.meta.v1";
export const STATUS_SCHEMA = `${META}.Status`;
export const DELETE_OPTIONS_SCHEMA = `${META}.DeleteOptions`;
export const PATCH_SCHEMA = `${META}.Patch`;

/** `io.sealos.imagehub.v1.Image`: the group's domain backwards, as Kubernetes names schemas. */
export function schemaName(kind: string): string {
  return `${GROUP.split(".").toReversed().join(".")}.${VERSION}.${kind}`;
}

/** All schemas of the hub's group, by name. */
export function hubSchemas(root: SchemaRoot): Record<string, OpenApiSchema> {
  const kinds = Object.keys(KINDS) as Kind[];
  return {
    ...Object.fromEntries(kinds.map((kind) => [schemaName(kind), schemaOfKind(kind, root)])),
    ...Object.fromEntries(kinds.map((kind) => [schemaName(`${kind}List`), listSchema(kind, root)])),
    ...metaSchemas(root),
  };
}

function schemaOfKind(kind: Kind, root: SchemaRoot): OpenApiSchema {
  const schema = resourceSchema(kind);
  return {
    ...schema,
    properties: {
      ...schema.properties,
      metadata: described({ $ref: `${root}${META}.ObjectMeta` }, METADATA, root),
    },
    "x-kubernetes-group-version-kind": [{ group: GROUP, version: VERSION, kind }],
  };
}

/** In version 3 nothing beside a reference is read. */
function described(reference: OpenApiSchema, description: string, root: SchemaRoot): OpenApiSchema {
  return root === "#/definitions/" ? { ...reference, description } : { description, allOf: [reference] };
}

function listSchema(kind: Kind, root: SchemaRoot): OpenApiSchema {
  const { properties = {} } = resourceSchema(kind);
  const { apiVersion = {}, kind: kindSchema = {} } = properties;
  return {
    type: "object",
    description: `A page of resources of kind ${kind}.`,
    required: ["items"],
    properties: {
      apiVersion,
      kind: kindSchema,
      metadata: { $ref: `${root}${META}.ListMeta` },
      items: { type: "array", items: { $ref: root + schemaName(kind) } },
    },
    "x-kubernetes-group-version-kind": [{ group: GROUP, version: VERSION, kind: `${kind}List` }],
  };
}

const METADATA = "What every resource has: names, versions, labels, annotations, owners.";
export const TEXT: OpenApiSchema = { type: "string" };
const NUMBER: OpenApiSchema = { type: "integer", format: "int64" };

/** What all kinds share, as far as the hub knows it. */
export function metaSchemas(root: SchemaRoot): Record<string, OpenApiSchema> {
  const ref = (name: string): OpenApiSchema => ({ $ref: `${root}${META}.${name}` });
  const cause = object("One field that is wrong.", { reason: TEXT, message: TEXT, field: TEXT });
  const details = object("What an error is about.", {
    name: TEXT,
    group: TEXT,
    kind: TEXT,
    uid: TEXT,
    causes: { type: "array", items: ref("StatusCause") },
    retryAfterSeconds: NUMBER,
  });
  return {
    [`${META}.ObjectMeta`]: {
      ...toStructuralSchema(ObjectMeta),
      description: METADATA,
    },
    [`${META}.ListMeta`]: object("What every list has.", { resourceVersion: TEXT, continue: TEXT }),
    [`${META}.StatusCause`]: cause,
    [`${META}.StatusDetails`]: details,
    [STATUS_SCHEMA]: object("An error, or the end of what was deleted.", {
      apiVersion: TEXT,
      kind: TEXT,
      metadata: ref("ListMeta"),
      status: TEXT,
      message: TEXT,
      reason: TEXT,
      details: ref("StatusDetails"),
      code: NUMBER,
    }),
    [DELETE_OPTIONS_SCHEMA]: object("How to delete.", {
      apiVersion: TEXT,
      kind: TEXT,
      propagationPolicy: TEXT,
      preconditions: object("What must hold.", { uid: TEXT, resourceVersion: TEXT }),
      dryRun: { type: "array", items: TEXT },
    }),
    [PATCH_SCHEMA]: { type: "object", description: "A patch, as its content type says." },
  };
}

/** The schema of an object. */
export function object(description: string, properties: Record<string, OpenApiSchema>): OpenApiSchema {
  return { type: "object", description, properties };
}
