import type { OpenApiSchema } from "./open-api-schemas.ts";
import { message, text } from "./write-protobuf.ts";

/** OpenAPI 2.0, as far as it is written in protobuf here. */
export interface OpenApiV2 {
  swagger: string;
  info: { title: string; version: string };
  paths: Record<string, PathItem>;
  definitions: Record<string, OpenApiSchema>;
}

interface PathItem {
  patch?: { parameters: { name: string; in: string }[]; "x-kubernetes-group-version-kind": object };
}

/**
 * What kubectl before 1.27 asks for, and takes in no other form: fields of all kinds, and whether a PATCH takes dryRun.
 * https://github.com/google/gnostic/blob/main/openapiv2/OpenAPIv2.proto
 */
export function encodeOpenApiV2({ swagger, info, paths, definitions }: OpenApiV2): Buffer {
  return Buffer.concat([
    text(1, swagger),
    message(2, [text(1, info.title), text(2, info.version)]),
    message(8, [named(2, paths, pathItem)]),
    message(9, [named(1, definitions, schema)]),
  ]);
}

function pathItem({ patch }: PathItem): Buffer[] {
  if (!patch) return [];
  const parameters = patch.parameters.filter((parameter) => parameter.in === "query");
  return [
    message(8, [
      ...parameters.map(({ name, in: place }) =>
        message(8, [message(1, [message(2, [message(3, [text(2, place), text(4, name)])])])]),
      ),
      extension(13, "x-kubernetes-group-version-kind", patch["x-kubernetes-group-version-kind"]),
    ]),
  ];
}

function schema(value: OpenApiSchema): Buffer[] {
  const kinds = value["x-kubernetes-group-version-kind"];
  return [
    ...(value.$ref ? [text(1, value.$ref)] : []),
    ...(value.format ? [text(2, value.format)] : []),
    ...(value.description ? [text(4, value.description)] : []),
    ...(value.required ?? []).map((name) => text(19, name)),
    ...(value.enum ?? []).map((each) => message(20, [text(2, JSON.stringify(each))])),
    ...(value.additionalProperties ? [message(21, [message(1, schema(value.additionalProperties))])] : []),
    ...(value.type ? [message(22, [text(1, value.type)])] : []),
    ...(value.items ? [message(23, [message(1, schema(value.items))])] : []),
    ...(value.properties ? [message(25, [named(1, value.properties, schema)])] : []),
    ...(kinds ? [extension(31, "x-kubernetes-group-version-kind", kinds)] : []),
  ];
}

/** A map: a message of name and value each. */
function named<T>(field: number, values: Record<string, T>, encode: (value: T) => Buffer[]): Buffer {
  const entries = Object.entries(values);
  return Buffer.concat(
    entries.map(([name, value]) => message(field, [text(1, name), message(2, encode(value))])),
  );
}

/** Its value is YAML, of which JSON is a part. */
function extension(field: number, name: string, value: unknown): Buffer {
  return message(field, [text(1, name), message(2, [text(2, JSON.stringify(value))])]);
}
