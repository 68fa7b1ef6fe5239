import type { FieldRequirement } from "../resource-store/port.ts";
import { StatusError } from "./status.ts";

/** Requirements of one selector: more than anybody writes. */
const MAX_REQUIREMENTS = 100;
const MAX_SHOWN = 200;

/** Of the hub's own kinds. */
const SELECTABLE_FIELDS = ["metadata.name", "metadata.namespace", "spec.name", "spec.visibility"];

/**
 * Parses a field selector: `path=value`, `path==value`, `path!=value`, apart by commas; a backslash before `\`, `,`
 * and `=` of a value.
 * @throws StatusError BadRequest, in the words of Kubernetes
 */
export function parseFieldSelector(
  text: string,
  selectable: readonly string[] = SELECTABLE_FIELDS,
): FieldRequirement[] {
  const parts = (text.match(/(?:\\.|[^\\,])+/gs) ?? []).slice(0, MAX_REQUIREMENTS + 1);
  if (parts.length > MAX_REQUIREMENTS)
    throw bad(`invalid selector: at most ${MAX_REQUIREMENTS} requirements`);
  return parts.map((part) => {
    // PostgreSQL cannot be asked about a NUL.
    const [, path = "", operator, value = ""] = /^([^=!]*)(!=|==?)([^\0]*)$/.exec(part) ?? [];
    if (operator === undefined) {
      throw bad(
        `invalid selector: '${text.slice(0, MAX_SHOWN)}'; can't understand '${part.slice(0, MAX_SHOWN)}'`,
      );
    }
    if (!selectable.includes(path)) throw bad(`field label not supported: ${path.slice(0, MAX_SHOWN)}`);
    return { path, operator: operator === "!=" ? "!=" : "=", value: unescaped(value) };
  });
}

function unescaped(value: string): string {
  return value.replaceAll(/\\(.?)/gs, (sequence, character: string) => {
    if (character !== "" && "\\,=".includes(character)) return character;
    throw bad(`invalid field selector: invalid escape sequence: ${sequence}`);
  });
}

function bad(message: string): StatusError {
  return new StatusError(400, "BadRequest", message);
}
