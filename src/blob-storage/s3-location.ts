import { StorageUrlError } from "./errors.ts";

/** Where an S3 storage is, as its URL says. */
export interface S3Location {
  bucket: string;
  /** What every key begins with: empty, or a path that ends in `/`. */
  prefix: string;
  /** undefined: AWS. */
  endpoint: string | undefined;
  /** undefined: what the environment or the profile says. */
  region: string | undefined;
  /** The bucket in the path rather than in the host's name. */
  forcePathStyle: boolean;
  /** Whether clients are sent to the bucket for blobs. */
  redirect: boolean;
}

/**
 * Reads `s3://BUCKET/PREFIX?endpoint=…&region=…&forcePathStyle=…&redirect=…`; all but the bucket may be left out.
 * @throws StorageUrlError
 */
export function parseS3Url(url: string): S3Location {
  const refuse = (why: string) => new StorageUrlError(url, why);
  const parsed = URL.parse(url);
  if (parsed === null || parsed.username !== "" || parsed.password !== "" || parsed.hash !== "") {
    throw refuse(
      `expected ${S3_URL_FORM}; credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile or a role`,
    );
  }
  if (!BUCKET.test(parsed.host)) {
    throw refuse(`expected the name of a bucket after s3://, 3 to 63 letters, digits, ".", "-"`);
  }
  if (!PREFIX.test(parsed.pathname)) {
    throw refuse(`expected a prefix of letters, digits, ".", "_", "-" and single "/"`);
  }
  const parameters = readParameters(parsed.searchParams, refuse);
  const prefix = parsed.pathname.replace(/^\//, "").replace(/\/$/, "");
  return {
    bucket: parsed.host,
    prefix: prefix === "" ? "" : `${prefix}/`,
    endpoint: parameters.endpoint,
    region: parameters.region ?? (parameters.endpoint === undefined ? undefined : DEFAULT_REGION),
    forcePathStyle: parameters.forcePathStyle ?? parameters.endpoint !== undefined,
    redirect: parameters.redirect ?? false,
  };
}

/** What an S3 storage's URL looks like, for messages. */
export const S3_URL_FORM = "s3://BUCKET/PREFIX?endpoint=URL&region=NAME";

function readParameters(values: URLSearchParams, refuse: (why: string) => Error) {
  for (const name of values.keys()) {
    if (!PARAMETERS.includes(name)) {
      throw refuse(`unknown parameter ${JSON.stringify(name)}, expected ${PARAMETERS.join(", ")}`);
    }
    if (values.getAll(name).length > 1) {
      throw refuse(`expected ${name} once`);
    }
  }
  const readSwitch = (name: string) => {
    const value = values.get(name);
    if (value !== null && value !== "true" && value !== "false") {
      throw refuse(`expected ${name}=true or ${name}=false`);
    }
    return value === null ? undefined : value === "true";
  };
  const endpoint = values.get("endpoint") ?? undefined;
  if (endpoint !== undefined && !isHttpUrl(endpoint)) {
    throw refuse("expected endpoint to be a URL such as https://minio.example.com:9000");
  }
  const region = values.get("region") ?? undefined;
  if (region !== undefined && !REGION.test(region)) {
    throw refuse("expected region to be a name such as eu-central-1");
  }
  return { endpoint, region, forcePathStyle: readSwitch("forcePathStyle"), redirect: readSwitch("redirect") };
}

function isHttpUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.search === "";
}

const PARAMETERS = ["endpoint", "region", "forcePathStyle", "redirect"];
const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$/;
const PREFIX = /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+)*\/?$/;
const REGION = /^[A-Za-z0-9-]+$/;

/** What servers other than AWS take when they are not told another. */
const DEFAULT_REGION = "us-east-1";
