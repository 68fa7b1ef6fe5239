import type { Problem } from "../src/api/contract/problem.ts";

/** A page that has waited this long for an answer says so, and offers to try again. */
const REQUEST_TIMEOUT_MS = 30_000;

interface ApiErrorOptions {
  status: number;
  requestId?: string | undefined;
  fields?: ReadonlyMap<string, string>;
  retryAfterSeconds?: number | undefined;
  cause?: unknown;
}

/** A request that got no good answer. */
export class ApiError extends Error {
  /** 0 when there was no answer at all. */
  readonly status: number;
  readonly requestId: string | undefined;
  /** What is wrong with each field, where the hub said so. */
  readonly fields: ReadonlyMap<string, string>;
  /** When to come again, where the hub said so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, options: ApiErrorOptions) {
    super(message, { cause: options.cause });
    this.name = "ApiError";
    this.status = options.status;
    this.requestId = options.requestId;
    this.fields = options.fields ?? new Map();
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** Whether a request failed with one of these statuses. */
export function hasStatus(error: unknown, ...statuses: number[]): error is ApiError {
  return error instanceof ApiError && statuses.includes(error.status);
}

/** True when a list went on for so long that its next page is no longer kept: it must begin again. */
export function isExpired(error: Error): boolean {
  return hasStatus(error, 410);
}

/**
 * Reads JSON. The shape is the server's promise (`api/contract/`, `resources/`); both come out of one release.
 * @throws ApiError
 */
export async function getJson<T>(address: string, signal?: AbortSignal): Promise<T> {
  return readJson(address, await send(address, signal ? { signal } : {}));
}

interface Change {
  method: "POST" | "PUT" | "PATCH" | "DELETE";
  body?: unknown;
  /** Default: application/json. */
  contentType?: string;
}

/**
 * Changes something; it goes on to its end when the page is left.
 * @returns what the hub answers, undefined when that is nothing
 * @throws ApiError
 */
export async function sendJson<T = undefined>(
  address: string,
  { method, body, contentType = "application/json" }: Change,
): Promise<T> {
  const content = body !== undefined && {
    body: JSON.stringify(body),
    headers: { "content-type": contentType },
  };
  const response = await send(address, { method, ...content });
  return response.status === 204 ? (undefined as T) : readJson(address, response);
}

/** Reads text that is to be kept in a file. @throws ApiError */
export async function getText(address: string): Promise<string> {
  return (await send(address, {})).text();
}

async function readJson<T>(address: string, response: Response): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch (cause) {
    throw new ApiError(`Cannot read ${address}: expected JSON`, {
      status: response.status,
      requestId: requestIdOf(response),
      cause,
    });
  }
}

/** The one way out: an answer that is none, or not a good one, becomes an ApiError. */
async function send(address: string, { signal, headers, ...init }: RequestInit): Promise<Response> {
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  let response;
  try {
    response = await fetch(address, {
      ...init,
      headers: { accept: "application/json", ...headers },
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError(`Cannot reach ${address}`, { status: 0, cause });
  }
  if (!response.ok) throw await toApiError(response);
  return response;
}

/** What `/api` says of a failure (RFC 9457), and what `/apis` does (Kubernetes' Status). */
type Failure = Partial<Problem> & {
  message?: string;
  details?: { causes?: { field?: string; message?: string }[] };
};

async function toApiError(response: Response): Promise<ApiError> {
  const body: Failure = await response.json().catch(() => ({}));
  const message = body.detail ?? body.message ?? body.title ?? response.statusText;
  const retryAfter = Number.parseInt(response.headers.get("retry-after") ?? "", 10);
  return new ApiError(message, {
    status: response.status,
    requestId: body.requestId ?? requestIdOf(response),
    fields: fieldsOf(body, message),
    retryAfterSeconds: Number.isNaN(retryAfter) ? undefined : retryAfter,
  });
}

function fieldsOf({ field, details }: Failure, message: string): Map<string, string> {
  const causes = (details?.causes ?? []).map(
    (cause) => [cause.field ?? "", cause.message ?? message] as const,
  );
  return new Map([...(field ? [[field, message] as const] : []), ...causes]);
}

function requestIdOf(response: Response): string | undefined {
  return response.headers.get("x-request-id") ?? undefined;
}
