import { StatusError, type StatusCause } from "./status.ts";

/** What is Invalid. */
export interface InvalidObject {
  /** Empty for the core group. */
  group: string;
  kind: string;
  /** Empty for what has none. */
  name: string;
}

/** The refusal of an object, in the words of Kubernetes, with each field that is wrong. */
export function invalid({ group, kind, name }: InvalidObject, causes: readonly StatusCause[]): StatusError {
  const texts = causes.map(({ field, message }) => `${field}: ${message}`);
  const all = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
  const what = `${group === "" ? kind : `${kind}.${group}`} ${JSON.stringify(name)}`;
  return new StatusError(422, "Invalid", `${what} is invalid: ${all}`, {
    about: { ...(name !== "" && { name }), ...(group !== "" && { group }), kind },
    causes,
  });
}
