import type { IncomingMessage, ServerResponse } from "node:http";
import { randomUUID } from "node:crypto";
import type { Content } from "../content/content.ts";
import { OciError } from "../oci/errors.ts";
import { isRepositoryName } from "../oci/reference.ts";
import {
  authorize,
  ChallengeError,
  challengeHeader,
  scopeFor,
  type AuthorizationParts,
} from "./authorization.ts";
import { endEarly, leavesBody } from "./body.ts";
import { isInternal, writeError } from "./errors.ts";
import { handle } from "./handlers.ts";
import { createLargeManifests } from "./large-manifests.ts";
import { parseRoute, type Route } from "./route.ts";

export interface RegistryOptions extends AuthorizationParts {
  content: Content;
  /** The address that a client sees: scheme and host, without a slash at the end. */
  baseUrl: (request: IncomingMessage) => string;
  /** Asked before anything is done. @throws TooManyRequestsError for who asks too often */
  admit?: (request: IncomingMessage, response: ServerResponse) => void;
  onError: (error: unknown, about: { requestId: string; method: string; path: string }) => void;
}

/** Answers every request below `/v2`; settles when the answer has been given, and never rejects. */
export type Registry = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The OCI distribution API. */
export function createRegistry(options: RegistryOptions): Registry {
  const largeManifests = createLargeManifests();
  return async function answer(request, response) {
    const { path, query } = splitUrl(request.url ?? "");
    response.setHeader("docker-distribution-api-version", "registry/2.0");
    // What publishers push is never taken for a page of the hub.
    response.setHeader("x-content-type-options", "nosniff");
    // What one caller may read is no other's: no cache between them gives it to anybody.
    response.setHeader("cache-control", "private, no-cache");
    try {
      options.admit?.(request, response);
      // It is in no name, and PostgreSQL takes it in no text.
      if (request.url?.includes("%00")) {
        throw new OciError("NAME_INVALID", "Cannot take request: expected an address without %00");
      }
      const route = parseRoute(path);
      const authorization = await authorize(
        options,
        request.headers.authorization,
        scopeOf(route, { method: request.method, query }),
      );
      if (!route)
        throw new OciError(
          "NAME_UNKNOWN",
          `Cannot find ${path.slice(0, 300)}: the registry API has no such address`,
        );
      const { content, access } = options;
      const exchange = { request, response, path, query, authorization, content, access, largeManifests };
      await handle(exchange, route);
    } catch (error) {
      await fail(error, { request, response, path, options });
    }
  };
}

/** The scope that a challenge should ask for. */
function scopeOf(
  route: Route | undefined,
  { method, query }: { method: string | undefined; query: URLSearchParams },
): string | undefined {
  if (!route || route.noun === "base") return undefined;
  if (route.noun === "catalog") return "registry:catalog:*";
  const source = query.get("from");
  if (route.noun === "uploads" && source !== null && isRepositoryName(source) && source !== route.name)
    return `${scopeFor(route.name, "push")} ${scopeFor(source, "pull")}`;
  if (route.noun === "uploads" || route.noun === "upload" || method === "PUT")
    return scopeFor(route.name, "push");
  return scopeFor(route.name, method === "DELETE" ? "delete" : "pull");
}

async function fail(
  error: unknown,
  about: { request: IncomingMessage; response: ServerResponse; path: string; options: RegistryOptions },
): Promise<void> {
  const { request, response, path, options } = about;
  const requestId = randomUUID();
  const method = request.method ?? "";
  if (isInternal(error)) options.onError(error, { requestId, method, path });
  if (response.headersSent || request.socket.destroyed) {
    // Half an answer cannot be taken back: an end without the rest tells the client.
    response.destroy();
    return;
  }
  if (error instanceof ChallengeError)
    response.setHeader("www-authenticate", challengeHeader(error, options.baseUrl(request)));
  response.setHeader("x-request-id", requestId);
  if (leavesBody(request)) response.setHeader("connection", "close");
  writeError(response, error, { request, requestId });
  await endEarly(request, response);
}

const NO_QUERY = new URLSearchParams();

function splitUrl(url: string): { path: string; query: URLSearchParams } {
  const question = url.indexOf("?");
  if (question < 0) return { path: url, query: NO_QUERY };
  return { path: url.slice(0, question), query: new URLSearchParams(url.slice(question + 1)) };
}
