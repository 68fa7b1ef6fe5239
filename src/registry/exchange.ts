import type { IncomingMessage, ServerResponse } from "node:http";
import type { Access } from "../auth/access.ts";
import type { Action } from "../auth/scope.ts";
import type { Content } from "../content/content.ts";
import { OciError } from "../oci/errors.ts";
import type { RepositoryName } from "../oci/reference.ts";
import { requireAction, type Authorization } from "./authorization.ts";

/** One request to `/v2/` and its answer, with what a handler needs. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  /** Without the query. */
  path: string;
  query: URLSearchParams;
  authorization: Authorization;
  content: Content;
  access: Access;
}

/** Ends an answer that has headers alone. */
export function sendEmpty(
  response: ServerResponse,
  status: number,
  headers: Record<string, string | number> = {},
): void {
  response.writeHead(status, { "content-length": 0, ...headers }).end();
}

export function sendJson(
  { request, response }: Exchange,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(200, {
    "content-type": "application/json",
    ...headers,
    "content-length": Buffer.byteLength(text),
  });
  response.end(request.method === "HEAD" ? undefined : text);
}

/** @throws ChallengeError when the caller may not */
export function requireAccess(exchange: Exchange, repository: RepositoryName, action: Action): Promise<void> {
  return requireAction(exchange.authorization, repository, action);
}

/** Whether a HEAD may be a pusher's, who leaves out what the hub has: it must be there still when the push ends. */
export async function asksForPush(
  { request, authorization }: Exchange,
  repository: RepositoryName,
): Promise<boolean> {
  return request.method === "HEAD" && (await authorization.allows(repository, "push"));
}

/**
 * Lets a push begin: the caller's right is looked up anew, since a token may be older than the right's end, and the
 * repository is made if it is not there, in an organization that may be the caller's from now on.
 * @throws ChallengeError, OciError DENIED
 */
export async function beginPush(exchange: Exchange, repository: RepositoryName): Promise<void> {
  const { authorization, access, content } = exchange;
  await requireAccess(exchange, repository, "push");
  const { subject } = authorization;
  const { actions, organizationExists } = await access.actions(subject, repository);
  if (!actions.has("push") || subject.kind !== "user") {
    throw new OciError("DENIED", `Cannot push to ${repository}: you may not, or no longer`);
  }
  await content.repositories.ensure(
    repository,
    organizationExists ? {} : { newOrganizationOwner: subject.name },
  );
}
