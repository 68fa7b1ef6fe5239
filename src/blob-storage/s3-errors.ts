import { StorageFullError } from "./errors.ts";
import type { S3Location } from "./s3-location.ts";

/** What S3 refused, or did not answer; the message says what to do. */
export class S3Error extends Error {
  /** S3's own, such as `AccessDenied`, or the system's, such as `ECONNREFUSED`. */
  readonly code: string;
  readonly status: number | undefined;

  constructor(message: string, options: { code: string; status: number | undefined; cause: unknown }) {
    super(message, { cause: options.cause });
    this.name = "S3Error";
    this.code = options.code;
    this.status = options.status;
  }
}

/** Whether an object or a multipart upload was not there; a bucket that is not is another matter. */
export function isNotThere(error: unknown): boolean {
  return error instanceof S3Error && error.status === 404 && error.code !== "NoSuchBucket";
}

/** Says in a storage's words what the SDK threw. */
export function toStorageError(error: unknown, location: S3Location): Error {
  const { code, status } = identify(error);
  if (status === 507 || FULL_CODES.has(code)) {
    return new StorageFullError({ cause: error });
  }
  const place = `bucket ${location.bucket} at ${location.endpoint ?? "AWS"}`;
  const message = `Cannot use ${place}: ${explain(error, { code, status })}`;
  return new S3Error(message, { code, status, cause: error });
}

function identify(error: unknown): { code: string; status: number | undefined } {
  const { name, code, $metadata } = error as {
    name?: string;
    code?: string;
    $metadata?: { httpStatusCode?: number };
  };
  return { code: code ?? name ?? "", status: $metadata?.httpStatusCode };
}

function explain(error: unknown, { code, status }: { code: string; status: number | undefined }): string {
  const said = error instanceof Error ? error.message : String(error);
  if (said === "Region is missing") {
    return REGION_MISSING_ADVICE;
  }
  const advice = ADVICE.find(({ codes }) => codes.includes(code))?.advice;
  if (advice !== undefined) {
    return `${advice} (${code})`;
  }
  if (status === 403) {
    return ACCESS_ADVICE;
  }
  if (status === 301 || status === 307) {
    return REGION_ADVICE;
  }
  return status === undefined || said === "" ? `${code} ${said}`.trim() : `${said} (${code}, ${status})`;
}

const ACCESS_ADVICE =
  "access denied; the credentials need ListBucket, ListBucketMultipartUploads, GetObject, PutObject, DeleteObject, AbortMultipartUpload";
const REGION_ADVICE = "it is in another region; set region=… in the storage URL";
const REGION_MISSING_ADVICE = "which region is it in? Set region=… in the storage URL, or AWS_REGION";
const ENDPOINT_ADVICE =
  "the endpoint does not answer; look at endpoint=… in the storage URL, and at the network";
const CREDENTIALS_ADVICE =
  "no valid credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give the machine a role";

const ADVICE: { codes: string[]; advice: string }[] = [
  { codes: ["NoSuchBucket"], advice: "there is no such bucket; make it, or correct the storage URL" },
  { codes: ["AccessDenied", "AllAccessDisabled"], advice: ACCESS_ADVICE },
  {
    codes: [
      "InvalidAccessKeyId",
      "SignatureDoesNotMatch",
      "ExpiredToken",
      "InvalidToken",
      "CredentialsProviderError",
    ],
    advice: CREDENTIALS_ADVICE,
  },
  {
    codes: ["PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"],
    advice: REGION_ADVICE,
  },
  {
    codes: ["RequestTimeTooSkewed"],
    advice: "this machine's clock is wrong; S3 takes requests of the last 15 minutes alone",
  },
  {
    codes: [
      "ENOTFOUND",
      "EAI_AGAIN",
      "ECONNREFUSED",
      "EHOSTUNREACH",
      "ENETUNREACH",
      "ETIMEDOUT",
      "TimeoutError",
    ],
    advice: ENDPOINT_ADVICE,
  },
];

/** What servers say that are full or whose quota is used up; AWS is never full. */
const FULL_CODES = new Set([
  "QuotaExceeded",
  "XMinioStorageFull",
  "XMinioAdminBucketQuotaExceeded",
  "StorageFull",
  "InsufficientStorage",
  "InsufficientCapacity",
]);
