import type { IncomingMessage, ServerResponse } from "node:http";
import { TooManyRequestsError } from "../auth/errors.ts";
import { OciError, type OciErrorCode } from "../oci/errors.ts";

/** Statuses of the OCI distribution specification, "Error Codes"; 507 is WebDAV's (RFC 4918) "Insufficient Storage". */
const STATUS: Record<OciErrorCode, number> = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 400,
  BLOB_UPLOAD_UNKNOWN: 404,
  DENIED: 403,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 404,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  PAGINATION_NUMBER_INVALID: 400,
  PRECONDITION_FAILED: 412,
  RANGE_INVALID: 416,
  SIZE_INVALID: 400,
  STORAGE_FULL: 507,
  TAG_INVALID: 400,
  TOOMANYREQUESTS: 429,
  UNAUTHORIZED: 401,
  UNSUPPORTED: 405,
};

/** A body larger than its limit: 413, whatever its code. */
export class BodyTooLargeError extends OciError {
  constructor(limitBytes: number) {
    super("SIZE_INVALID", `Cannot take body: expected at most ${limitBytes} bytes`);
    this.name = "BodyTooLargeError";
  }
}

/** More in one address than is taken: 414. */
export class TooManyTagsError extends OciError {
  constructor(count: number, limit: number) {
    super("TAG_INVALID", `Cannot set ${count} tags at once: expected at most ${limit}`);
    this.name = "TooManyTagsError";
  }
}

/** The client went away, or sent nothing for too long: nobody is there to be answered. */
export class BodyBrokenError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "BodyBrokenError";
  }
}

/** The one writer of errors: the OCI error body, with a HEAD's or a 500's left out or said in general. */
export function writeError(
  response: ServerResponse,
  error: unknown,
  { request, requestId }: { request: IncomingMessage; requestId: string },
): void {
  const head = request.method === "HEAD";
  const { status, ...first } = describe(error, { requestId, head });
  const body = JSON.stringify({
    errors: first.code === "NAME_INVALID" ? withDenied(first, request) : [first],
  });
  response.statusCode = status;
  if (error instanceof TooManyRequestsError) response.setHeader("retry-after", error.retryAfterS);
  response.setHeader("content-type", "application/json");
  response.setHeader("content-length", Buffer.byteLength(body));
  response.write(head ? "" : body);
}

interface ErrorEntry {
  code: string;
  message: string;
  detail?: unknown;
}

/**
 * A push to a name that no repository can have. Docker (for a minute) and podman would try it again, but for a few
 * codes, DENIED among them, so that is said as well; Docker reads and shows the first entry alone.
 */
function withDenied(invalid: ErrorEntry, { method, headers }: IncomingMessage): ErrorEntry[] {
  if (method !== "POST") return [invalid];
  const denied = { code: "DENIED", message: invalid.message };
  return headers["user-agent"]?.startsWith("docker/") === true ? [denied, invalid] : [invalid, denied];
}

const KNOWN = [OciError, BodyBrokenError, TooManyRequestsError];

/** True for what is the hub's own fault: logged, and told to nobody. */
export function isInternal(error: unknown): boolean {
  return !KNOWN.some((known) => error instanceof known);
}

function describe(
  error: unknown,
  { requestId, head }: { requestId: string; head: boolean },
): ErrorEntry & { status: number } {
  if (error instanceof BodyTooLargeError) return { status: 413, code: error.code, message: error.message };
  if (error instanceof TooManyTagsError) return { status: 414, code: error.code, message: error.message };
  // A HEAD's answer cannot say which rule a name breaks: not found lets a push go on to a request whose answer can.
  if (error instanceof OciError && error.code === "NAME_INVALID" && head) {
    return { status: 404, code: error.code, message: error.message };
  }
  if (error instanceof OciError)
    return { status: STATUS[error.code], code: error.code, message: error.message, detail: error.detail };
  if (error instanceof TooManyRequestsError)
    return { status: 429, code: "TOOMANYREQUESTS", message: error.message };
  if (error instanceof BodyBrokenError)
    return { status: 400, code: "BLOB_UPLOAD_INVALID", message: error.message };
  return {
    status: 500,
    code: "UNKNOWN",
    message: `The hub failed; its log has more under request ${requestId}`,
  };
}
