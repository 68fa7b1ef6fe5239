import type { FastifyReply, FastifyRequest } from "fastify";
import { UnauthenticatedError } from "../auth/errors.ts";
import { PasswordQueueFullError } from "../auth/password.ts";
import { AlreadyExistsError, ConflictError, ExpiredError, NotFoundError } from "../resource-store/errors.ts";

/** Kubernetes `metav1.Status`: the body of every error of `/apis`. */
export interface Status {
  kind: "Status";
  apiVersion: "v1";
  metadata: Record<string, never>;
  status: "Failure";
  message: string;
  reason: string;
  code: number;
}

/** An error that is answered with the reason and code that Kubernetes gives. */
export class StatusError extends Error {
  readonly reason: string;
  readonly code: number;

  constructor(code: number, reason: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StatusError";
    this.reason = reason;
    this.code = code;
  }
}

/** The one writer of errors of `/apis`. */
export function sendStatus(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const status = toStatus(error, request.id);
  if (status.code >= 500) request.log.error({ err: error, requestId: request.id }, "request failed");
  void reply.status(status.code).header("x-request-id", request.id).send(status);
}

export function toStatus(error: unknown, requestId: string): Status {
  const { code, reason, message } = classify(error, requestId);
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code };
}

function classify(error: unknown, requestId: string): { code: number; reason: string; message: string } {
  if (error instanceof StatusError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof NotFoundError) return { code: 404, reason: "NotFound", message };
  if (error instanceof AlreadyExistsError) return { code: 409, reason: "AlreadyExists", message };
  if (error instanceof ConflictError) return { code: 409, reason: "Conflict", message };
  if (error instanceof ExpiredError) return { code: 410, reason: "Expired", message };
  if (error instanceof UnauthenticatedError) return { code: 401, reason: "Unauthorized", message };
  if (error instanceof PasswordQueueFullError) return { code: 429, reason: "TooManyRequests", message };
  const { statusCode } = error as { statusCode?: number };
  if (statusCode !== undefined && statusCode < 500)
    return { code: statusCode, reason: "BadRequest", message };
  return {
    code: 500,
    reason: "InternalError",
    message: `The hub failed; its log has more under request ${requestId}`,
  };
}
