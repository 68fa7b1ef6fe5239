import type { FastifyRequest } from "fastify";
import { noteDryRun } from "../auth/visit.ts";
import { APPLY_TYPE } from "./body.ts";
import { invalid } from "./invalid.ts";
import { queryOf } from "./query.ts";
import type { StatusCause, StatusError } from "./status.ts";

/** What to do about fields that no schema names; Kubernetes' `fieldValidation`. */
export type FieldValidation = "Strict" | "Warn" | "Ignore";

/** What a change's query asks for. */
export interface WriteOptions {
  dryRun: boolean;
  fieldValidation: FieldValidation;
}

type OptionsKind = "CreateOptions" | "UpdateOptions" | "PatchOptions" | "DeleteOptions";

const KINDS_OF_METHODS: Record<string, OptionsKind> = {
  POST: "CreateOptions",
  PUT: "UpdateOptions",
  PATCH: "PatchOptions",
  DELETE: "DeleteOptions",
};

const MAX_FIELD_MANAGER = 128;

/** @throws StatusError Invalid, with each option that is wrong */
export function parseWriteOptions(request: FastifyRequest): WriteOptions {
  const kind = KINDS_OF_METHODS[request.method] ?? "UpdateOptions";
  const { fieldValidation = "", fieldManager = "", force } = queryOf(request);
  const stages = stagesOf(request.query);
  const isApply = kind === "PatchOptions" && request.headers["content-type"]?.startsWith(APPLY_TYPE) === true;
  const causes = [
    ...(force !== undefined && kind === "PatchOptions" && !isApply ? [FORCE] : []),
    ...(isApply && fieldManager === "" ? [NO_MANAGER] : []),
    ...fieldManagerCauses(fieldManager),
    ...dryRunCauses(stages),
    ...fieldValidationCauses(fieldValidation),
  ];
  if (causes.length > 0) throw invalidOptions(kind, causes);
  if (stages.length > 0) noteDryRun();
  return { dryRun: stages.length > 0, fieldValidation: (fieldValidation || "Warn") as FieldValidation };
}

/** @param stages what `dryRun` says: none, or All */
export function dryRunCauses(stages: unknown): StatusCause[] {
  if (Array.isArray(stages) && stages.every((stage) => stage === "All")) return [];
  const message = `Unsupported value: ${shown(stages)}: supported values: "All"`;
  return [{ reason: "FieldValueNotSupported", message, field: "dryRun" }];
}

/** What is wrong with the options of a request. */
export function invalidOptions(kind: OptionsKind, causes: StatusCause[]): StatusError {
  return invalid({ group: "meta.k8s.io", kind, name: "" }, causes);
}

const FORCE: StatusCause = {
  reason: "FieldValueForbidden",
  message: "Forbidden: may not be specified for non-apply patch",
  field: "force",
};
const NO_MANAGER: StatusCause = {
  reason: "FieldValueRequired",
  message: "Required value: is required for apply patch",
  field: "fieldManager",
};

function stagesOf(query: unknown): string[] {
  const { dryRun } = query as { dryRun?: string | string[] };
  return [dryRun ?? []].flat().filter((stage) => stage !== "");
}

function fieldManagerCauses(name: string): StatusCause[] {
  const field = "fieldManager";
  if (name.length > MAX_FIELD_MANAGER) {
    const message = `Too long: may not be more than ${MAX_FIELD_MANAGER} bytes`;
    return [{ reason: "FieldValueTooLong", message, field }];
  }
  const at = name.search(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u);
  if (at < 0) return [];
  const code = (name.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  const message = `Invalid value: ${shown(name)}: invalid character U+${code} (at position ${at})`;
  return [{ reason: "FieldValueInvalid", message, field }];
}

function fieldValidationCauses(text: string): StatusCause[] {
  if (["", "Ignore", "Strict", "Warn"].includes(text)) return [];
  const message = `Unsupported value: ${shown(text)}: supported values: "", "Ignore", "Strict", "Warn"`;
  return [{ reason: "FieldValueNotSupported", message, field: "fieldValidation" }];
}

/** Values are shown, but not long ones; what cannot be printed as Go writes it. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.slice(0, 200).replaceAll(/\\u00([0-9a-f]{2})/g, String.raw`\x$1`);
}
