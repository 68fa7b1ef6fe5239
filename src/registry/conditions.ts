import type { IncomingHttpHeaders } from "node:http";
import { OciError } from "../oci/errors.ts";

/**
 * Whether an If-None-Match header names what the client has: `*`, or a list of entity tags that are compared weakly
 * (RFC 9110 §13.1.2).
 */
export function matchesAny(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === "*") return true;
  return header.match(ENTITY_TAG)?.includes(etag) ?? false;
}

/**
 * Refuses what an If-Match header does not name: it is `*`, or a list of entity tags, of which a weak one never counts
 * (RFC 9110 §13.1.1).
 * @throws OciError PRECONDITION_FAILED
 */
export function requireMatch(header: string | undefined, etag: string): void {
  if (header === undefined || header.trim() === "*") return;
  if (header.split(",").some((one) => one.trim() === etag)) return;
  throw new OciError("PRECONDITION_FAILED", `Cannot serve what If-Match asks for: this is ${etag}`);
}

/** Headers by which a client lets a request depend on what there is. */
const CONDITIONS = ["if-match", "if-none-match", "if-unmodified-since"] as const;

/**
 * Refuses a write that depends on a condition: no client of a registry sends one, and one that is done all the same
 * would take what somebody else wrote.
 * @throws OciError PRECONDITION_FAILED
 */
export function requireUnconditional(headers: IncomingHttpHeaders): void {
  const condition = CONDITIONS.find((name) => headers[name] !== undefined);
  if (condition === undefined) return;
  throw new OciError(
    "PRECONDITION_FAILED",
    "Cannot write under a condition: expected no If-Match, If-None-Match or If-Unmodified-Since; what must not move is an immutable tag",
  );
}

/** Without the `W/` of a weak one, so that both kinds compare alike. */
const ENTITY_TAG = /"[^"]*"/g;
