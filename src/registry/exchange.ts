import type { IncomingMessage, ServerResponse } from "node:http";
import type { Access } from "../auth/access.ts";
import { whyOrganizationReserved } from "../auth/account-rules.ts";
import type { Action } from "../auth/scope.ts";
import type { Subject } from "../auth/subject.ts";
import type { Content } from "../content/content.ts";
import { OciError } from "../oci/errors.ts";
import { organizationOf, type RepositoryName } from "../oci/reference.ts";
import { insufficient, type Authorization } from "./authorization.ts";
import type { LargeManifests } from "./large-manifests.ts";

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
  largeManifests: LargeManifests;
}

/** Ends an answer that has headers alone. */
export function sendEmpty(
  response: ServerResponse,
  status: number,
  headers: Record<string, string | number> = {},
): void {
  // RFC 9110 §8.6: 204 has no length, and 304 would have that of what it leaves out.
  const length = status === 204 || status === 304 ? {} : { "content-length": 0 };
  response.writeHead(status, { ...length, ...headers }).end();
}

/**
 * Ends an answer with a body that is asked for often. As a text, Node writes it together with the headers, which takes
 * half the time of two writes.
 */
export function sendBytes(response: ServerResponse, bytes: Uint8Array): void {
  if (bytes.length > MAX_TEXT_BYTES) response.end(bytes);
  else response.end(latin1Of(bytes), "latin1");
}

/** Above it, the copy costs more than the second write. */
const MAX_TEXT_BYTES = 64 * 1024;

/** A character a byte, whatever they stand for. */
function latin1Of(bytes: Uint8Array): string {
  const text =
    texts.get(bytes) ?? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  texts.set(bytes, text);
  return text;
}

const texts = new WeakMap<Uint8Array, string>();

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

/** @throws ChallengeError when the caller may not, or no longer */
export async function requireAccess(
  { authorization }: Exchange,
  repository: RepositoryName,
  action: Action,
): Promise<void> {
  if (!(await authorization.allows(repository, action))) throw insufficient(repository, action);
}

/** Whether a HEAD may be a pusher's, who leaves out what the hub has: it must be there still when the push ends. */
export async function asksForPush(
  { request, authorization }: Exchange,
  repository: RepositoryName,
): Promise<boolean> {
  return request.method === "HEAD" && (await authorization.names(repository, "push"));
}

/**
 * Lets a push begin: the caller's right is looked up anew, since a token may be older than the right's end, and the
 * repository is made if it is not there, in an organization that may be the caller's from now on.
 * @throws ChallengeError, OciError DENIED
 */
export async function beginPush(exchange: Exchange, repository: RepositoryName): Promise<void> {
  const { authorization, access, content } = exchange;
  const { subject } = authorization;
  const { actions, organizationExists } = await access.actions(subject, repository);
  if (!organizationExists) requireNotReserved(subject, repository);
  if (!(await authorization.names(repository, "push"))) throw insufficient(repository, "push");
  if (!actions.has("push") || subject.kind === "anonymous") {
    throw new OciError("DENIED", `Cannot push to ${repository}: you may not, or no longer`);
  }
  await content.repositories.ensure(
    repository,
    organizationExists ? {} : { newOrganizationOwner: subject.name },
  );
}

/** No other token would help, so this is no challenge to get one. @throws OciError DENIED */
function requireNotReserved(subject: Subject, repository: RepositoryName): void {
  if (subject.kind !== "user" || subject.administrator) return;
  const why = whyOrganizationReserved(organizationOf(repository));
  if (why !== undefined) throw new OciError("DENIED", `Cannot push to ${repository}: ${why}`);
}
