import type { FastifyReply, FastifyRequest } from "fastify";
import { AdmissionError, causeMessage, type FieldCause } from "../admission/errors.ts";
import { CrossOriginError, TooManyRequestsError, UnauthenticatedError } from "../auth/errors.ts";
import {
  AlreadyExistsError,
  ExpiredError,
  FutureVersionError,
  NotFoundError,
  ResourceError,
} from "../resource-store/errors.ts";
import { NoReleaseOwnerError, ReleaseLimitError } from "../releases/errors.ts";
import { KINDS } from "../resources/kinds.ts";
import { GROUP } from "../resources/metadata.ts";

/** Kubernetes `metav1.Status`: the body of every error of `/apis`. */
export interface Status {
  kind: "Status";
  apiVersion: "v1";
  metadata: Record<string, never>;
  status: "Failure";
  message: string;
  reason: string;
  details?: StatusDetails;
  code: number;
}

/** What an error is about. */
export interface StatusDetails {
  name?: string;
  group?: string;
  /** As in URLs, `repositories`; of what is Invalid, as in `kind`. */
  kind?: string;
  causes?: StatusCause[];
  /** After which it may go better. */
  retryAfterSeconds?: number;
}

/** One field that is wrong. */
export interface StatusCause {
  reason: string;
  message: string;
  field?: string;
}

/** An error that is answered with the reason and code that Kubernetes gives. */
export class StatusError extends Error {
  readonly reason: string;
  readonly code: number;
  readonly details: StatusDetails | undefined;

  constructor(
    code: number,
    reason: string,
    message: string,
    { causes, about, ...options }: StatusErrorOptions = {},
  ) {
    super(message, options);
    this.name = "StatusError";
    this.reason = reason;
    this.code = code;
    this.details = about || causes ? { ...about, ...(causes && { causes: [...causes] }) } : undefined;
  }
}

export interface StatusErrorOptions extends ErrorOptions {
  about?: Omit<StatusDetails, "causes">;
  causes?: readonly StatusCause[];
}

/** The answer to what was done and leaves nothing to show. */
export function successStatus(details: StatusDetails & { uid?: string }): Record<string, unknown> {
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details };
}

/** The one writer of errors of `/apis`. */
export function sendStatus(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const status = toStatus(error, request.id);
  if (status.code === 500) request.log.error({ err: error, requestId: request.id }, "request failed");
  if (error instanceof TooManyRequestsError) void reply.header("retry-after", error.retryAfterS);
  void reply.status(status.code).header("x-request-id", request.id).send(status);
}

export function toStatus(error: unknown, requestId: string): Status {
  const { code, reason, message, details } = classify(error, requestId);
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason,
    ...(details && { details }),
    code,
  };
}

type Classified = Pick<Status, "code" | "reason" | "message"> & { details?: StatusDetails | undefined };

function classify(error: unknown, requestId: string): Classified {
  if (error instanceof StatusError) return error;
  if (error instanceof AdmissionError) return classifyRefusal(error);
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ResourceError) {
    const { kind, resourceName: name } = error;
    return { ...codeOf(error), message, details: { name, group: GROUP, kind: KINDS[kind].plural } };
  }
  if (error instanceof ReleaseLimitError) {
    return { code: 403, reason: "Forbidden", message, details: { name: error.secretName, kind: "secrets" } };
  }
  if (error instanceof NoReleaseOwnerError) return { code: 401, reason: "Unauthorized", message };
  if (error instanceof ExpiredError) return { code: 410, reason: "Expired", message };
  if (error instanceof FutureVersionError) return tooLargeVersion(message);
  if (error instanceof UnauthenticatedError) return { code: 401, reason: "Unauthorized", message };
  if (error instanceof CrossOriginError) return { code: 403, reason: "Forbidden", message };
  if (error instanceof TooManyRequestsError) {
    const details = { retryAfterSeconds: error.retryAfterS };
    return { code: 429, reason: "TooManyRequests", message, details };
  }
  const { statusCode } = error as { statusCode?: number };
  if (statusCode !== undefined && statusCode < 500) {
    return { code: statusCode, reason: REASONS[statusCode] ?? "BadRequest", message };
  }
  return {
    code: 500,
    reason: "InternalError",
    message: `The hub failed; its log has more under request ${requestId}`,
  };
}

/** Of what the framework refuses by itself. */
const REASONS: Record<number, string> = { 413: "RequestEntityTooLarge", 415: "UnsupportedMediaType" };

function codeOf(error: ResourceError): { code: number; reason: string } {
  if (error instanceof NotFoundError) return { code: 404, reason: "NotFound" };
  if (error instanceof AlreadyExistsError) return { code: 409, reason: "AlreadyExists" };
  return { code: 409, reason: "Conflict" };
}

function classifyRefusal({ code, reason, message, kind, resourceName, causes }: AdmissionError): Classified {
  const details: StatusDetails = {
    ...(resourceName !== "" && { name: resourceName }),
    group: GROUP,
    kind: reason === "Invalid" ? kind : KINDS[kind].plural,
    ...(causes.length > 0 && { causes: causes.map(toStatusCause) }),
  };
  return { code, reason, message, details };
}

export function toStatusCause(cause: FieldCause): StatusCause {
  return { reason: cause.reason, message: causeMessage(cause), field: cause.field };
}

/** Clients know it by the cause, and wait. */
function tooLargeVersion(message: string): Classified {
  const causes = [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }];
  const details = { causes, retryAfterSeconds: 1 };
  return { code: 504, reason: "Timeout", message: `Timeout: ${message}`, details };
}
