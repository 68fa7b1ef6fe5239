import { Type, type Static } from "typebox";
import { Compile } from "typebox/compile";
import { OciError } from "./errors.ts";
import { DOCKER_LIST, OCI_INDEX } from "./media-types.ts";

/**
 * Values in one manifest: 4 MiB of descriptors have fewer. Values cost memory, up to a hundred times their bytes, so
 * that they are counted before JSON.parse makes them.
 */
const MAX_VALUES = 200_000;

const DescriptorSchema = Type.Object({
  mediaType: Type.Optional(Type.String()),
  digest: Type.String(),
  size: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  urls: Type.Optional(Type.Array(Type.String())),
  artifactType: Type.Optional(Type.String()),
  annotations: Type.Optional(Type.Record(Type.String(), Type.String())),
  platform: Type.Optional(
    Type.Object({ os: Type.String(), architecture: Type.String(), variant: Type.Optional(Type.String()) }),
  ),
});

const ManifestSchema = Type.Object({
  schemaVersion: Type.Optional(Type.Integer()),
  mediaType: Type.Optional(Type.String()),
  artifactType: Type.Optional(Type.String()),
  config: Type.Optional(DescriptorSchema),
  layers: Type.Optional(Type.Array(DescriptorSchema)),
  blobs: Type.Optional(Type.Array(DescriptorSchema)),
  manifests: Type.Optional(Type.Array(DescriptorSchema)),
  subject: Type.Optional(DescriptorSchema),
  annotations: Type.Optional(Type.Record(Type.String(), Type.String())),
});

const manifestValidator = Compile(ManifestSchema);

/** A manifest as its JSON has it; fields that nobody knows are left as they are. */
export type ManifestJson = Static<typeof ManifestSchema>;
export type DescriptorJson = Static<typeof DescriptorSchema>;

/**
 * The JSON of a manifest, of any kind.
 * @throws OciError MANIFEST_INVALID, naming the field
 */
export function parseManifestJson(bytes: Uint8Array): ManifestJson {
  requireFewValues(bytes);
  const value = parseJson(bytes);
  takeNullsForAbsent(value);
  if (!manifestValidator.Check(value)) throw shapeError(value);
  return value;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new OciError(
      "MANIFEST_INVALID",
      `Cannot read manifest: it is not JSON (${(error as Error).message})`,
      { cause: error },
    );
  }
}

/**
 * Programs in Go write null for a list or object that they have not, and registries have always taken it; so have they
 * a platform that says half.
 */
function takeNullsForAbsent(value: unknown): void {
  if (!isObject(value)) return;
  if (value["manifests"] === null && INDEXES.has(value["mediaType"])) value["manifests"] = [];
  dropNulls(value);
  for (const field of Object.values(value)) {
    for (const descriptor of Array.isArray(field) ? (field as unknown[]) : [field]) {
      if (!isObject(descriptor)) continue;
      dropNulls(descriptor);
      const { platform } = descriptor;
      if (!isObject(platform)) continue;
      dropNulls(platform);
      if (platform["os"] === undefined || platform["architecture"] === undefined)
        delete descriptor["platform"];
    }
  }
}

const INDEXES: ReadonlySet<unknown> = new Set([OCI_INDEX, DOCKER_LIST]);

function dropNulls(object: Record<string, unknown>): void {
  for (const [field, value] of Object.entries(object)) if (value === null) delete object[field];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Counts what stands before a value, outside of strings. */
function requireFewValues(bytes: Uint8Array): void {
  if (bytes.length <= MAX_VALUES) return;
  let values = 0;
  let isInString = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) isInString = !isInString;
    else if (isInString) at += Number(byte === BACKSLASH);
    else if (byte === COMMA || byte === BRACKET || byte === BRACE) values += 1;
  }
  if (values > MAX_VALUES) throw invalid(`it has ${values} values: expected at most ${MAX_VALUES}`);
}

const [QUOTE, BACKSLASH, COMMA, BRACKET, BRACE] = Buffer.from('"\\,[{');

function shapeError(value: unknown): OciError {
  const [first] = manifestValidator.Errors(value);
  const field = first?.instancePath.slice(1, MAX_SHOWN).replaceAll("/", ".") || "the document";
  return invalid(`${field} ${first?.message ?? "has a wrong shape"}`);
}

/** The error of a manifest that is not taken. */
export function invalid(why: string): OciError {
  return new OciError("MANIFEST_INVALID", `Cannot read manifest: ${why}`);
}

/** An error says enough to find the place, whatever was sent. */
const MAX_SHOWN = 150;

/** A text as an error shows it. */
export function quote(text: string): string {
  return JSON.stringify(text.slice(0, MAX_SHOWN));
}
