import type { FastifyRequest } from "fastify";
import { isJson, notAcceptable, parseAccept, type MediaRange } from "./accept.ts";
import { queryOf } from "./query.ts";
import { StatusError } from "./status.ts";

/** What a row of a table carries beside its cells. */
export type IncludeObject = "None" | "Metadata" | "Object";

/** How a client wants resources: whole, as rows of a table, or their metadata alone. */
export type Form =
  | { as: "Object" }
  | { as: "Table"; version: MetaVersion; includeObject: IncludeObject }
  | { as: "PartialObjectMetadata"; version: MetaVersion };

type MetaVersion = "v1" | "v1beta1";

export const WHOLE: Form = { as: "Object" };

/** Whether nothing of an object but its metadata and what a table shows is asked for: docs need not be read for it. */
export function isBrief(form: Form): boolean {
  return form.as === "PartialObjectMetadata" || (form.as === "Table" && form.includeObject !== "Object");
}

/** @throws StatusError NotAcceptable */
export function formOf(request: FastifyRequest): Form {
  for (const range of parseAccept(request.headers.accept)) {
    const form = formOfRange(range, request);
    if (form) return form;
  }
  throw notAcceptable(["application/json", "application/json;stream=watch"]);
}

function formOfRange(range: MediaRange, request: FastifyRequest): Form | undefined {
  if (!isJson(range)) return undefined;
  const { as, g, v } = range.parameters;
  if (as === undefined) return WHOLE;
  const version = v === "v1" || v === "v1beta1" ? v : undefined;
  if (g !== "meta.k8s.io" || version === undefined) return undefined;
  if (as === "Table") return { as, version, includeObject: includeObjectOf(request) };
  const isPartial = as === "PartialObjectMetadata" || as === "PartialObjectMetadataList";
  return isPartial ? { as: "PartialObjectMetadata", version } : undefined;
}

function includeObjectOf(request: FastifyRequest): IncludeObject {
  const { includeObject = "" } = queryOf(request);
  if (includeObject === "") return "Metadata";
  if (includeObject === "None" || includeObject === "Metadata" || includeObject === "Object") {
    return includeObject;
  }
  const shown = JSON.stringify(includeObject.slice(0, 50));
  throw new StatusError(
    400,
    "BadRequest",
    `Cannot read includeObject ${shown}: expected None, Metadata or Object`,
  );
}
