import type { IncomingHttpHeaders } from "node:http";

/**
 * Whether a request comes from the hub's own pages, or from no page at all: only then a cookie speaks for its user.
 * Browsers say the site of each request that is sent by TLS (https://www.w3.org/TR/fetch-metadata/), and the origin of
 * each one that may change something; a page can forge neither. What says nothing is no browser.
 * @param origin of the hub, as the client sees it
 */
export function isSameOrigin(headers: IncomingHttpHeaders, origin: string): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin" || site === "none";
  return headers.origin === undefined || headers.origin === origin;
}

/** Whether a request may change something (RFC 9110 §9.2.1). */
export function isWrite(method: string | undefined): boolean {
  return method !== "GET" && method !== "HEAD" && method !== "OPTIONS";
}
