import { GROUP } from "../resources/metadata.ts";
import { API_GROUPS, type ApiGroup } from "./api-groups.ts";
import { kubernetesSchemaName, kubernetesSchemas } from "./open-api-kubernetes.ts";
import type { OpenApiV2 } from "./open-api-protobuf.ts";
import { PARAMETERS, pathsOf, type Operation, type Path } from "./open-api-paths.ts";
import {
  DELETE_OPTIONS_SCHEMA,
  hubSchemas,
  PATCH_SCHEMA,
  schemaName,
  STATUS_SCHEMA,
  type OpenApiSchema,
  type SchemaRoot,
} from "./open-api-schemas.ts";

const TITLE = "ImageHub";

/** OpenAPI 3.0 of one group. */
export function openApiV3(group: ApiGroup, version: string): object {
  return {
    openapi: "3.0.0",
    info: { title: TITLE, version },
    paths: pathItems(group, V3),
    components: { schemas: schemasOf(group, V3) },
  };
}

/** OpenAPI 2.0 of all groups, which clients before Kubernetes 1.27 ask for. */
export function openApiV2(version: string): OpenApiV2 {
  return {
    swagger: "2.0",
    info: { title: TITLE, version },
    paths: Object.assign({}, ...API_GROUPS.map((group) => pathItems(group, V2))),
    definitions: Object.assign({}, ...API_GROUPS.map((group) => schemasOf(group, V2))),
  };
}

function schemasOf(group: ApiGroup, { root }: Dialect): Record<string, OpenApiSchema> {
  return group.name === GROUP ? hubSchemas(root) : kubernetesSchemas(group, root);
}

/** Wherein the versions of OpenAPI differ. */
interface Dialect {
  root: SchemaRoot;
  parameter(name: string, place: "path" | "query"): object;
  /** What goes into an operation. */
  body(consumes: string[], schema: OpenApiSchema): { parameters?: object[]; [key: string]: unknown };
  response(schema: OpenApiSchema): object;
}

const V3: Dialect = {
  root: "#/components/schemas/",
  parameter: (name, place) => ({ ...describe(name, place), schema: { type: "string" } }),
  body: (consumes, schema) => ({
    requestBody: { content: Object.fromEntries(consumes.map((type) => [type, { schema }])) },
  }),
  response: (schema) => ({ content: { "application/json": { schema } } }),
};

const V2: Dialect = {
  root: "#/definitions/",
  parameter: (name, place) => ({ ...describe(name, place), type: "string" }),
  body: (consumes, schema) => ({ consumes, parameters: [{ name: "body", in: "body", schema }] }),
  response: (schema) => ({ schema }),
};

function describe(name: string, place: "path" | "query"): object {
  if (place === "query") return { name, in: place, description: PARAMETERS[name] };
  return { name, in: place, required: true };
}

function pathItems(group: ApiGroup, dialect: Dialect): Record<string, object> {
  return Object.fromEntries(
    pathsOf(group).map((path) => [
      path.url,
      {
        ...Object.fromEntries(
          path.operations.map((operation) => [
            operation.method,
            operationItem(group, { path, operation, dialect }),
          ]),
        ),
        parameters: path.parameters.map((name) => dialect.parameter(name, "path")),
      },
    ]),
  );
}

function operationItem(
  group: ApiGroup,
  { path, operation, dialect }: { path: Path; operation: Operation; dialect: Dialect },
): object {
  const { id, description, action, consumes, answers } = operation;
  const { kind } = path.resource;
  const asked = consumes ? dialect.body(consumes, bodySchema(group, { kind, operation, dialect })) : {};
  const parameters = operation.parameters.map((name) => dialect.parameter(name, "query"));
  return {
    description,
    operationId: id,
    ...asked,
    parameters: [...parameters, ...(asked.parameters ?? [])],
    responses: {
      200: { description: "OK", ...dialect.response(reference(group, answers, dialect)) },
      401: { description: "Unauthorized" },
    },
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": { group: group.name, version: group.version, kind },
  };
}

function bodySchema(
  group: ApiGroup,
  { kind, operation, dialect }: { kind: string; operation: Operation; dialect: Dialect },
): OpenApiSchema {
  if (operation.method === "patch") return { $ref: dialect.root + PATCH_SCHEMA };
  if (operation.method === "delete") return { $ref: dialect.root + DELETE_OPTIONS_SCHEMA };
  return reference(group, kind, dialect);
}

function reference(group: ApiGroup, kind: string, { root }: Dialect): OpenApiSchema {
  if (kind === "Status") return { $ref: root + STATUS_SCHEMA };
  return { $ref: root + (group.name === GROUP ? schemaName(kind) : kubernetesSchemaName(group, kind)) };
}
