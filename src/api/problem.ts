import type { FastifyError, FastifyReply, FastifyRequest, FastifySchemaValidationError } from "fastify";
import { CrossOriginError, TooManyRequestsError, InvalidAccountError } from "../auth/errors.ts";
import type { Problem } from "./contract/problem.ts";

/** An error that the JSON API answers as it is: RFC 9457 problem details. */
export class ProblemError extends Error {
  readonly status: number;
  readonly title: string;
  readonly field: string | undefined;
  readonly organizations: Problem["organizations"];

  constructor(
    status: number,
    title: string,
    options: {
      detail: string;
      field?: string;
      organizations?: Problem["organizations"];
      cause?: unknown;
    },
  ) {
    super(options.detail, { cause: options.cause });
    this.name = "ProblemError";
    this.status = status;
    this.title = title;
    this.field = options.field;
    this.organizations = options.organizations;
  }
}

export function notFound(what: string): ProblemError {
  return new ProblemError(404, "Not found", {
    detail: `Cannot find ${what}: it is not there, or you may not see it`,
  });
}

/** The caller is not who it says. */
export function notLoggedIn(cause: Error): ProblemError {
  return new ProblemError(401, "Not logged in", { detail: cause.message, cause });
}

/** A value that the caller gave is of the right shape, and cannot be taken. @throws ProblemError 422 */
export async function orNotAcceptable<T>(changed: Promise<T>): Promise<T> {
  try {
    return await changed;
  } catch (error) {
    if (!(error instanceof InvalidAccountError)) throw error;
    const { message: detail, field } = error;
    throw new ProblemError(422, "Not acceptable", { detail, field, cause: error });
  }
}

/** The one writer of errors of the JSON API. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = toProblem(error, request.id);
  if (problem.status >= 500) request.log.error({ err: error, requestId: request.id }, "request failed");
  if (error instanceof TooManyRequestsError) void reply.header("retry-after", error.retryAfterS);
  void reply
    .status(problem.status)
    .header("x-request-id", request.id)
    .type("application/problem+json")
    .send(JSON.stringify(problem));
}

function toProblem(error: unknown, requestId: string): Problem {
  const base = { type: "about:blank", requestId };
  if (error instanceof ProblemError) {
    return {
      ...base,
      title: error.title,
      status: error.status,
      detail: error.message,
      ...(error.field && { field: error.field }),
      ...(error.organizations && { organizations: error.organizations }),
    };
  }
  if (error instanceof CrossOriginError)
    return { ...base, title: "Not allowed", status: 403, detail: error.message };
  if (error instanceof TooManyRequestsError)
    return { ...base, title: "Too many requests", status: 429, detail: error.message };
  const { statusCode, message = "", validation } = error as Partial<FastifyError>;
  if (statusCode !== undefined && statusCode < 500) {
    return {
      ...base,
      title: "Bad request",
      status: statusCode,
      ...describeInvalid(message, validation?.[0]),
    };
  }
  return {
    ...base,
    title: "The hub failed",
    status: 500,
    detail: `Its log has more under request ${requestId}`,
  };
}

function describeInvalid(
  message: string,
  invalid: FastifySchemaValidationError | undefined,
): Pick<Problem, "detail" | "field"> {
  if (!invalid) return { detail: message };
  const { additionalProperty: unknown, missingProperty: missing } = invalid.params as Record<string, string>;
  const { allowedValues } = invalid.params as { allowedValues?: readonly string[] };
  if (unknown !== undefined) return { detail: `Cannot take request: there is no ${unknown}`, field: unknown };
  const field = missing ?? invalid.instancePath.slice(1);
  const allowed = allowedValues ? `: ${allowedValues.join(", ")}` : "";
  return { detail: `Cannot take request: ${message}${allowed}`, ...(field && { field }) };
}
