import type { FastifyInstance, FastifyRequest } from "fastify";
import { cannotUnmarshal, isObject } from "./go-types.ts";
import { parseBody, type BodyFormat, type ParsedBody } from "./parse-body.ts";
import { decodeProtobuf, PROTOBUF_TYPE, type Message } from "./protobuf.ts";
import { StatusError } from "./status.ts";

/** Larger than any resource that the limits of its fields allow. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;
/** How much of a body is shown in an error, characters; Kubernetes shows that of 30 and the whole besides. */
const MAX_SHOWN = 30;
const MAX_WHOLE_SHOWN = 1000;

export const APPLY_TYPE = "application/apply-patch+yaml";

/** A PATCH's ways that need to know nothing of managers, by content type. */
export const PLAIN_PATCH_TYPES = {
  "application/json-patch+json": "json",
  "application/merge-patch+json": "merge",
} as const;
/** A PATCH's ways, by content type. */
export const PATCH_TYPES = { ...PLAIN_PATCH_TYPES, [APPLY_TYPE]: "apply" } as const;
export type PatchType = (typeof PATCH_TYPES)[keyof typeof PATCH_TYPES];

const OBJECT_TYPES: Record<string, BodyFormat> = { "application/json": "json", "application/yaml": "yaml" };

/** An object as a client wrote it. */
export interface ObjectBody {
  object: Record<string, unknown>;
  /** What stands twice in it, as Kubernetes tells of it. */
  duplicates: string[];
}

/** Lets bodies through as texts, whatever their type: handlers say which they take. */
export function acceptBodies(api: FastifyInstance): void {
  api.removeAllContentTypeParsers();
  api.addContentTypeParser("*", { parseAs: "string", bodyLimit: MAX_BODY_BYTES }, (_request, body, done) =>
    done(null, body),
  );
}

/** Lets bodies through as bytes that are written in protobuf: `readProtobuf` reads them. */
export function acceptProtobuf(api: FastifyInstance, { maxBytes = MAX_BODY_BYTES } = {}): void {
  api.addContentTypeParser(
    PROTOBUF_TYPE,
    { parseAs: "buffer", bodyLimit: maxBytes },
    (_request, body, done) => done(null, body),
  );
}

/** The object that a request carries. @throws StatusError UnsupportedMediaType, BadRequest */
export function readObject(request: FastifyRequest, kind: string): ObjectBody {
  const format = requireFormat(request);
  const text = textOf(request);
  const { value, duplicates } = parse(text, format, (why) => unrecognized(kind, why, text));
  if (value === null || (isObject(value) && !value["kind"])) {
    throw unrecognized(kind, `Object 'Kind' is missing in '${text.slice(0, MAX_WHOLE_SHOWN)}'`, text);
  }
  const fault = faultOfType(value);
  if (fault !== undefined) throw unrecognized(kind, fault, text);
  return { object: value as Record<string, unknown>, duplicates };
}

/** The object of one of these kinds that a request carries in protobuf; undefined when it is written otherwise. */
export function readProtobuf(
  { body }: FastifyRequest,
  messages: Record<string, Message>,
): ObjectBody | undefined {
  if (!Buffer.isBuffer(body)) return undefined;
  try {
    return { object: decodeProtobuf(body, messages), duplicates: [] };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw badRequest(`error decoding the body: expected ${Object.keys(messages).join(", ")} in protobuf`);
  }
}

/** The patch that a request carries, of one of these types. @throws StatusError UnsupportedMediaType, BadRequest */
export function readPatch<Type extends PatchType>(
  request: FastifyRequest,
  types: Record<string, Type>,
): { type: Type; patch: unknown; duplicates: string[] } {
  const mediaType = mediaTypeOf(request);
  const type = Object.entries(types).find(([name]) => name === mediaType)?.[1];
  if (type === undefined) throw unsupported(request, Object.keys(types));
  const format = type === "apply" ? "yaml" : "json";
  const what = type === "apply" ? "YAML: error converting YAML to JSON" : "patch";
  const { value, duplicates } = parse(textOf(request), format, (why) =>
    badRequest(`error decoding ${what}: ${why.replace(JSON_ERROR, "")}`),
  );
  return { type, patch: value, duplicates };
}

/** The options that a DELETE carries; none when it has no body. @throws StatusError BadRequest */
export function readDeleteOptions(request: FastifyRequest): Record<string, unknown> {
  const object = readProtobuf(request, { DeleteOptions: DELETE_OPTIONS })?.object;
  if (object) return object;
  const text = textOf(request);
  if (text === "") return {};
  const { value } = parse(text, requireFormat(request), badRequest);
  const fault = faultOfType(value ?? {});
  if (fault !== undefined) throw badRequest(fault);
  return (value ?? {}) as Record<string, unknown>;
}

/** https://github.com/kubernetes/apimachinery/blob/master/pkg/apis/meta/v1/generated.proto */
const DELETE_OPTIONS: Message = {
  1: ["gracePeriodSeconds", "number"],
  2: ["preconditions", { 1: ["uid", "text"], 2: ["resourceVersion", "text"] }],
  3: ["orphanDependents", "boolean"],
  4: ["propagationPolicy", "text"],
  5: ["dryRun", "text", "list"],
};

function requireFormat(request: FastifyRequest): BodyFormat {
  const format = OBJECT_TYPES[mediaTypeOf(request) ?? "application/json"];
  if (format === undefined) throw unsupported(request, Object.keys(OBJECT_TYPES));
  return format;
}

const JSON_ERROR = "couldn't get version/kind; json parse error: ";

function parse(text: string, format: BodyFormat, toError: (why: string) => StatusError): ParsedBody {
  try {
    return parseBody(text, format);
  } catch (error) {
    throw toError(`${format === "json" ? JSON_ERROR : ""}${(error as Error).message}`);
  }
}

/** Why it is nothing with a kind and an apiVersion; undefined when it is. */
function faultOfType(value: unknown): string | undefined {
  if (!isObject(value)) {
    return `${JSON_ERROR}${cannotUnmarshal(value, "an object with kind and apiVersion")}`;
  }
  for (const name of ["apiVersion", "kind"]) {
    const text = value[name] ?? "";
    if (typeof text !== "string") {
      return `${JSON_ERROR}${cannotUnmarshal(text, `Go struct field .${name} of type string`)}`;
    }
    if (text.split("/").length > 2 && name === "apiVersion") return `unexpected GroupVersion string: ${text}`;
  }
  return undefined;
}

function textOf({ body }: FastifyRequest): string {
  return typeof body === "string" ? body : "";
}

/** The content type of a body, in lower case and without parameters. */
export function mediaTypeOf({ headers }: FastifyRequest): string | undefined {
  return headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
}

function unsupported(request: FastifyRequest, taken: string[]): StatusError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${taken.join(", ")}`;
  return new StatusError(415, "UnsupportedMediaType", message, { cause: mediaTypeOf(request) });
}

function unrecognized(kind: string, why: string, text: string): StatusError {
  const message = `the object provided is unrecognized (must be of type ${kind}): ${why} (${beginningOf(text)})`;
  return badRequest(message);
}

/** As Kubernetes shows it: what does not look like JSON in hexadecimal. */
function beginningOf(text: string): string {
  if (text === "") return "<empty>";
  const bytes = Buffer.from(text.slice(0, MAX_SHOWN)).subarray(0, MAX_SHOWN);
  const shown = text.startsWith("{") ? bytes.toString() : bytes.toString("hex");
  return Buffer.byteLength(text) > MAX_SHOWN ? `${shown} ...` : shown;
}

function badRequest(message: string): StatusError {
  return new StatusError(400, "BadRequest", message);
}
