/**
 * Whether an If-None-Match header names what the client has: `*`, or a list of entity tags that are compared weakly
 * (RFC 9110 §13.1.2).
 */
export function matchesAny(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === "*") return true;
  return header.match(ENTITY_TAG)?.includes(etag) ?? false;
}

/** Without the `W/` of a weak one, so that both kinds compare alike. */
const ENTITY_TAG = /"[^"]*"/g;
