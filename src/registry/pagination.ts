import { OciError } from "../oci/errors.ts";

/** Entries of a page when the client names no number. */
const DEFAULT_PAGE = 500;
/** The largest page given; a larger `n` gets this many and a Link to the next. */
const MAX_PAGE = 10_000;

export interface Page {
  limit: number;
  after?: string;
}

/**
 * Reads `n` and `last` of a list request.
 * @throws OciError PAGINATION_NUMBER_INVALID
 */
export function parsePage(query: URLSearchParams): Page {
  const n = query.get("n");
  const last = query.get("last");
  if (n !== null && !/^\d+$/.test(n)) {
    throw new OciError(
      "PAGINATION_NUMBER_INVALID",
      `Cannot read n ${JSON.stringify(n.slice(0, 50))}: expected a number from 0`,
    );
  }
  // PostgreSQL holds no such text.
  if (last?.includes("\0")) {
    throw new OciError("PAGINATION_NUMBER_INVALID", "Cannot read last: expected a name, which has no NUL");
  }
  const limit = n === null ? DEFAULT_PAGE : Math.min(Number(n), MAX_PAGE);
  return last === null || last === "" ? { limit } : { limit, after: last };
}

/** The Link header to the page after `last` (RFC 8288); the query's other parameters stay. */
export function nextLink(
  path: string,
  query: URLSearchParams,
  { limit, last }: { limit: number; last: string },
): string {
  const next = new URLSearchParams(query);
  next.set("n", String(limit));
  next.set("last", last);
  return `<${path}?${next.toString()}>; rel="next"`;
}
