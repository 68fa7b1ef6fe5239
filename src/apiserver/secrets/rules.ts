import { isDeepStrictEqual } from "node:util";
import type { FieldCause } from "../../admission/errors.ts";
import { validateMetadata } from "../../admission/metadata.ts";
import { RELEASE_TYPE, type ReleaseSecret } from "../../releases/secret.ts";
import { invalid } from "../invalid.ts";
import { toStatusCause } from "../status.ts";
import type { SecretDraft } from "./draft.ts";

/** Of all values of a Secret together, as Kubernetes bounds them. */
const MAX_DATA_BYTES = 1024 * 1024;
const MAX_KEY_LENGTH = 253;
/** What a Secret is of that says no type. */
const DEFAULT_TYPE = "Opaque";

/** Why a Secret is refused that is none of a release, and what to do. */
export const NO_OTHER =
  "the hub keeps what Helm knows of its releases, and no other Secret: keep this one in a cluster";
const GONE_AT_ONCE = "the hub deletes a Secret at once, and with nothing else: leave it out";

/**
 * Refuses what is no Secret of a release, or what it may not become.
 * @param old as it is kept; undefined when it is made
 * @throws StatusError Invalid with each field that is wrong; it shows no values
 */
export function requireValid(draft: SecretDraft, old: ReleaseSecret | undefined): void {
  const causes = [
    ...typeCauses(draft, old),
    ...validateMetadata(draft, { old }),
    ...unsupportedCauses(draft),
    ...dataCauses(draft.data),
    ...(old?.immutable ? immutableCauses(draft, old) : []),
  ];
  if (causes.length === 0) return;
  const { name } = draft.metadata;
  throw invalid({ group: "", kind: "Secret", name }, causes.map(toStatusCause));
}

/** One that says no type when it is changed keeps its own, as with Kubernetes. */
function typeCauses({ type }: SecretDraft, old: ReleaseSecret | undefined): FieldCause[] {
  if (type === RELEASE_TYPE || (old && type === "")) return [];
  if (old) return [{ field: "type", reason: "FieldValueInvalid", value: type, why: "field is immutable" }];
  const why = `supported values: ${JSON.stringify(RELEASE_TYPE)}: ${NO_OTHER}`;
  return [{ field: "type", reason: "FieldValueNotSupported", value: type || DEFAULT_TYPE, why }];
}

/** What the hub could not keep its word about. */
function unsupportedCauses({ metadata }: SecretDraft): FieldCause[] {
  return (["finalizers", "ownerReferences"] as const)
    .filter((field) => metadata[field]?.length)
    .map((field) => ({
      field: `metadata.${field}`,
      reason: "FieldValueForbidden",
      why: GONE_AT_ONCE,
    }));
}

function dataCauses(data: Record<string, string> = {}): FieldCause[] {
  const bytes = Object.values(data).reduce((sum, value) => sum + Buffer.byteLength(value, "base64"), 0);
  const causes = Object.keys(data).flatMap((key): FieldCause[] =>
    keyFaults(key).map((why) => ({ field: `data[${key}]`, reason: "FieldValueInvalid", value: key, why })),
  );
  if (bytes <= MAX_DATA_BYTES) return causes;
  const why = `may not be more than ${MAX_DATA_BYTES} bytes, got ${bytes}`;
  return [...causes, { field: "data", reason: "FieldValueTooLong", why }];
}

function keyFaults(key: string): string[] {
  const rule =
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name', or 'KEY_NAME', or 'key-name')";
  return [
    ...(key.length > MAX_KEY_LENGTH ? [`must be no more than ${MAX_KEY_LENGTH} characters`] : []),
    ...(/^[-._a-zA-Z0-9]+$/.test(key) && key !== "." && !key.startsWith("..") ? [] : [rule]),
  ];
}

function immutableCauses({ immutable, data }: SecretDraft, old: ReleaseSecret): FieldCause[] {
  const why = "field is immutable when `immutable` is set";
  const changed = [
    ...(immutable ? [] : ["immutable"]),
    ...(isDeepStrictEqual(data, old.data) ? [] : ["data"]),
  ];
  return changed.map((field) => ({ field, reason: "FieldValueForbidden", why }));
}
