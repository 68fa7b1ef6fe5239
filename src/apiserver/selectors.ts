import type { FieldRequirement, LabelRequirement } from "../resource-store/port.ts";
import { StatusError } from "./status.ts";

/** Requirements of one selector: more than anybody writes. */
const MAX_REQUIREMENTS = 100;

/**
 * Parses a label selector (Kubernetes "Labels and Selectors"):
 *
 *     requirement,requirement…    requirement = KEY | !KEY | KEY = V | KEY == V | KEY != V | KEY in (V,V) | KEY notin (V,V)
 *
 * @throws StatusError BadRequest
 */
export function parseLabelSelector(text: string): LabelRequirement[] {
  const parts = text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
  if (parts.length > MAX_REQUIREMENTS) throw bad(text, `at most ${MAX_REQUIREMENTS} requirements`);
  return parts.map((part) => parseLabelRequirement(part, text));
}

/**
 * Parses a field selector: `path=value`, `path==value`, `path!=value`, apart by commas.
 * @throws StatusError BadRequest
 */
export function parseFieldSelector(text: string): FieldRequirement[] {
  const parts = text.split(",").filter((part) => part !== "");
  if (parts.length > MAX_REQUIREMENTS) throw bad(text, `at most ${MAX_REQUIREMENTS} requirements`);
  return parts.map((part) => {
    const match = /^([a-zA-Z][\w.]*)(!=|==?)(.*)$/s.exec(part);
    const [, path = "", operator = "", value = ""] = match ?? [];
    if (!match || !SELECTABLE_FIELDS.has(path))
      throw bad(part, `one of ${[...SELECTABLE_FIELDS].join(", ")} and = or != and a value`);
    return { path, operator: operator === "!=" ? "!=" : "=", value };
  });
}

const SELECTABLE_FIELDS = new Set(["metadata.name", "metadata.namespace", "spec.name", "spec.visibility"]);

const KEY = String.raw`(?:[a-zA-Z0-9.-]+\/)?[a-zA-Z0-9](?:[\w.-]*[a-zA-Z0-9])?`;
const EXISTS = new RegExp(`^(!?)\\s*(${KEY})$`);
const EQUALITY = new RegExp(`^(${KEY})\\s*(!=|==?)\\s*([\\w.-]*)$`);
const SET = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([\\w.,\\s-]*)\\)$`);

function parseLabelRequirement(part: string, selector: string): LabelRequirement {
  const equality = EQUALITY.exec(part);
  if (equality) {
    const [, key = "", operator, value = ""] = equality;
    return { key, operator: operator === "!=" ? "NotIn" : "In", values: [value] };
  }
  const set = SET.exec(part);
  if (set) {
    const [, key = "", operator, values = ""] = set;
    return {
      key,
      operator: operator === "in" ? "In" : "NotIn",
      values: values.split(",").map((value) => value.trim()),
    };
  }
  const exists = EXISTS.exec(part);
  if (exists) return { key: exists[2] ?? "", operator: exists[1] === "!" ? "DoesNotExist" : "Exists" };
  throw bad(selector, "requirements such as key=value, key in (a,b), key or !key");
}

function bad(text: string, expected: string): StatusError {
  return new StatusError(
    400,
    "BadRequest",
    `Cannot read selector ${JSON.stringify(text.slice(0, 200))}: expected ${expected}`,
  );
}
