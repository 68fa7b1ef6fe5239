import type { IncomingMessage, ServerResponse } from "node:http";

/** Lets web apps of other origins use the registry. @returns true when the request was a preflight, and is answered */
export type Cors = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Cross-origin requests (https://fetch.spec.whatwg.org/#http-cors-protocol) to `/v2` and `/token`, by origins that the
 * operator names. Credentials mode stays off: these routes know no cookie, so a page can do no more than what the
 * password or token lets it that it has itself.
 */
export function createCors(origins: readonly string[]): Cors {
  if (origins.length === 0) return () => false;
  return (request, response) => {
    if (!OPEN_PATHS.test(request.url ?? "")) return false;
    response.setHeader("vary", "Origin");
    const { origin } = request.headers;
    if (origin === undefined || !(origins.includes("*") || origins.includes(origin))) return false;
    response.setHeader("access-control-allow-origin", origins.includes("*") ? "*" : origin);
    if (!isPreflight(request)) {
      response.setHeader("access-control-expose-headers", EXPOSED_HEADERS);
      return false;
    }
    response.writeHead(204, {
      "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
      "access-control-allow-headers": ALLOWED_HEADERS,
      "access-control-max-age": MAX_AGE_S,
    });
    response.end();
    return true;
  };
}

const OPEN_PATHS = /^\/(?:v2|token)(?:[/?]|$)/;

/** Browsers ask again after two hours at the latest. */
const MAX_AGE_S = "7200";

/** What registry clients send, beside what every page may: of Accept, that is no more than 128 bytes. */
const ALLOWED_HEADERS = [
  "Accept",
  "Authorization",
  "Content-Type",
  "Content-Range",
  "If-Match",
  "If-None-Match",
  "If-Range",
  "Range",
].join(", ");

/** What the distribution specification and the token specification answer in headers. */
const EXPOSED_HEADERS = [
  "Accept-Ranges",
  "Allow",
  "Content-Length",
  "Content-Range",
  "Docker-Content-Digest",
  "Docker-Distribution-Api-Version",
  "Docker-Upload-UUID",
  "ETag",
  "Link",
  "Location",
  "OCI-Filters-Applied",
  "OCI-Subject",
  "OCI-Tag",
  "Range",
  "Retry-After",
  "Warning",
  "WWW-Authenticate",
  "X-Request-Id",
].join(", ");

function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === "OPTIONS" && headers["access-control-request-method"] !== undefined;
}
