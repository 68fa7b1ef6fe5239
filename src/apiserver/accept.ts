import { StatusError } from "./status.ts";

/** One media range of an Accept header (RFC 9110 §12.5.1). */
export interface MediaRange {
  /** Lower case. */
  type: string;
  parameters: Record<string, string>;
}

/** Media ranges of one header: more than any client sends. */
const MAX_RANGES = 50;

/** What a client takes, what it likes best first; without a header, anything. */
export function parseAccept(header: string | undefined): MediaRange[] {
  if (header === undefined || header.trim() === "") return [{ type: "*/*", parameters: {} }];
  return header
    .split(",", MAX_RANGES)
    .map(parseMediaRange)
    .filter(({ type, parameters }) => type !== "" && qualityOf(parameters) > 0)
    .toSorted((a, b) => qualityOf(b.parameters) - qualityOf(a.parameters));
}

/** Whether a client that takes this range takes JSON. */
export function isJson({ type }: MediaRange): boolean {
  return type === "application/json" || type === "application/*" || type === "*/*";
}

/** In Kubernetes' words. */
export function notAcceptable(types: readonly string[]): StatusError {
  const message = `only the following media types are accepted: ${types.join(", ")}`;
  return new StatusError(406, "NotAcceptable", message);
}

function parseMediaRange(text: string): MediaRange {
  const [type = "", ...rest] = text.split(";").map((part) => part.trim());
  const parameters = rest.map((part): [string, string] => {
    const [name = "", value = ""] = part.split("=", 2);
    return [name.trim().toLowerCase(), value.trim()];
  });
  return { type: type.toLowerCase(), parameters: Object.fromEntries(parameters) };
}

function qualityOf({ q }: Record<string, string>): number {
  const quality = Number(q ?? 1);
  return Number.isNaN(quality) ? 1 : quality;
}
