import { resourceSchema } from "../resources/custom-resource-definition.ts";
import type { Kind, Resource } from "../resources/kinds.ts";
import { API_VERSION, GROUP } from "../resources/metadata.ts";
import type { StructuralSchema } from "../resources/structural-schema.ts";
import type { ObjectBody } from "./body.ts";
import { decodeObject, withMetadata, type DecodeOptions, type ObjectType } from "./decode-object.ts";

export interface Decoded<K extends Kind> {
  resource: Resource<K>;
  /** For a Warning header each. */
  warnings: string[];
}

/** Takes an object for a resource of a kind. @throws as `decodeObject` */
export function decodeResource<K extends Kind>(
  kind: K,
  body: ObjectBody,
  options: DecodeOptions,
): Decoded<K> {
  const { object, warnings } = decodeObject(resourceType(kind), body, options);
  return { resource: object as Resource<K>, warnings };
}

/** What resources of a kind look like. */
export function resourceType(kind: Kind): ObjectType {
  return { apiVersion: API_VERSION, group: GROUP, kind, schema: wholeSchema(kind) };
}

/** Of whole resources, with their metadata. */
export function wholeSchema(kind: Kind): StructuralSchema {
  const schema = SCHEMAS.get(kind) ?? withMetadata(resourceSchema(kind));
  SCHEMAS.set(kind, schema);
  return schema;
}

const SCHEMAS = new Map<Kind, StructuralSchema>();
