import type { Subject } from "../auth/subject.ts";
import { KINDS, type Kind } from "../resources/kinds.ts";
import { GROUP, NAMESPACE } from "../resources/metadata.ts";

/** What is wrong with one field; Kubernetes' `StatusCause`. */
export interface FieldCause {
  /** Dotted, as in `spec.members[2].role`. */
  field: string;
  reason: CauseReason;
  /** What was given, for the message; undefined when nothing was. */
  value?: unknown;
  /** What was expected, and what to do. */
  why: string;
}

/** https://pkg.go.dev/k8s.io/apimachinery/pkg/util/validation/field#ErrorType */
export type CauseReason =
  | "FieldValueRequired"
  | "FieldValueInvalid"
  | "FieldValueTypeInvalid"
  | "FieldValueNotSupported"
  | "FieldValueDuplicate"
  | "FieldValueForbidden"
  | "FieldValueTooLong"
  | "FieldValueTooMany";

const WORDING: Record<CauseReason, string> = {
  FieldValueRequired: "Required value",
  FieldValueInvalid: "Invalid value",
  FieldValueTypeInvalid: "Invalid value",
  FieldValueNotSupported: "Unsupported value",
  FieldValueDuplicate: "Duplicate value",
  FieldValueForbidden: "Forbidden",
  FieldValueTooLong: "Too long",
  FieldValueTooMany: "Too many",
};

/** Values are shown, but not megabytes of them. */
const MAX_VALUE_SHOWN = 200;

/** A cause in Kubernetes' words: `Invalid value: "x": expected …`. */
export function causeMessage({ reason, value, why }: FieldCause): string {
  const shown = reason === "FieldValueRequired" || reason === "FieldValueForbidden" ? undefined : value;
  const parts = [WORDING[reason], ...(shown === undefined ? [] : [quote(shown)]), why];
  return parts.join(": ");
}

/** A change that is refused; the API server answers with code, reason, message and causes as Kubernetes does. */
export class AdmissionError extends Error {
  readonly code: 403 | 409 | 422;
  readonly reason: "Forbidden" | "Conflict" | "Invalid";
  readonly causes: readonly FieldCause[];
  readonly kind: Kind;
  /** Its `metadata.name`; empty when it has none yet. */
  readonly resourceName: string;

  constructor(
    reason: "Forbidden" | "Conflict" | "Invalid",
    message: string,
    { kind, resourceName, causes = [] }: { kind: Kind; resourceName: string; causes?: readonly FieldCause[] },
  ) {
    super(message);
    this.kind = kind;
    this.resourceName = resourceName;
    this.name = "AdmissionError";
    this.reason = reason;
    this.code = CODES[reason];
    this.causes = causes;
  }
}

/** What somebody may not. */
interface Forbidden {
  caller: Subject;
  /** What Kubernetes calls what is asked. */
  verb: string;
  kind: Kind;
  subresource?: "status";
  name: string;
}

/** The refusal of a change that a caller may not make, in the words of Kubernetes. */
export function forbidden({ caller, verb, kind, subresource, name }: Forbidden, why: string): AdmissionError {
  const { plural } = KINDS[kind];
  const message = forbiddenMessage(
    { caller, verb, group: GROUP, plural, name, ...(subresource && { subresource }) },
    why,
  );
  return new AdmissionError("Forbidden", message, { kind, resourceName: name });
}

/** What is refused to whom, in the words of Kubernetes; an empty group is the core group, an empty name none. */
export function forbiddenMessage(
  about: Omit<Forbidden, "kind"> & { group: string; plural: string },
  why: string,
): string {
  const { caller, verb, group, plural, subresource, name } = about;
  const user = JSON.stringify(caller.kind === "anonymous" ? "system:anonymous" : caller.name);
  const resource = subresource === undefined ? plural : `${plural}/${subresource}`;
  const what = `cannot ${verb} resource "${resource}" in API group "${group}" in the namespace "${NAMESPACE}"`;
  const qualified = group === "" ? plural : `${plural}.${group}`;
  const subject = name === "" ? qualified : `${qualified} ${JSON.stringify(name)}`;
  return `${subject} is forbidden: User ${user} ${what}: ${why}`;
}

const CODES = { Forbidden: 403, Conflict: 409, Invalid: 422 } as const;

function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > MAX_VALUE_SHOWN ? `${text.slice(0, MAX_VALUE_SHOWN)}…` : text;
}
