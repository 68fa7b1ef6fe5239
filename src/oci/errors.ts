/**
 * Error codes of the OCI distribution specification, "Error Codes"; of Docker's before it `RANGE_INVALID`,
 * `PAGINATION_NUMBER_INVALID` and `UNSUPPORTED`; and `PRECONDITION_FAILED` and `STORAGE_FULL`, which both lack.
 */
export type OciErrorCode =
  | "BLOB_UNKNOWN"
  | "BLOB_UPLOAD_INVALID"
  | "BLOB_UPLOAD_UNKNOWN"
  | "DENIED"
  | "DIGEST_INVALID"
  | "MANIFEST_BLOB_UNKNOWN"
  | "MANIFEST_INVALID"
  | "MANIFEST_UNKNOWN"
  | "NAME_INVALID"
  | "NAME_UNKNOWN"
  | "PAGINATION_NUMBER_INVALID"
  | "PRECONDITION_FAILED"
  | "RANGE_INVALID"
  | "SIZE_INVALID"
  | "STORAGE_FULL"
  | "TAG_INVALID"
  | "TOOMANYREQUESTS"
  | "UNAUTHORIZED"
  | "UNSUPPORTED";

/** What went wrong in the words of the registry protocol; the registry alone turns it into a status. */
export class OciError extends Error {
  readonly code: OciErrorCode;
  readonly detail: unknown;

  constructor(code: OciErrorCode, message: string, options: { detail?: unknown; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = "OciError";
    this.code = code;
    this.detail = options.detail;
  }
}
