/**
 * The query of a URL as plain text values. The router's own way reads JSON, which turns the tag `1.10` into the
 * number 1.1; the last of a repeated name counts.
 */
export function parseUrlSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

/** The query of a URL, with its `?`; values that are undefined or empty are left out. */
export function stringifyUrlSearch(values: Record<string, unknown>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === "string" && value !== "") parameters.set(name, value);
  }
  return parameters.size === 0 ? "" : `?${parameters}`;
}
