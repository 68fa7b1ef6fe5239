import { isDigest, type Digest } from "./digest.ts";
import {
  invalid,
  parseManifestJson,
  quote,
  type DescriptorJson,
  type ManifestJson,
} from "./manifest-json.ts";
import {
  DOCKER_LIST,
  DOCKER_MANIFEST,
  DOCKER_SCHEMA_1,
  OCI_ARTIFACT,
  OCI_INDEX,
  OCI_MANIFEST,
} from "./media-types.ts";
import type { Platform } from "./platform.ts";

/** The largest manifest taken, bytes: the least that the OCI specification asks registries to take. */
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

/** What a manifest says of one piece of content. */
export interface Descriptor {
  mediaType: string;
  digest: Digest;
  /** Bytes. */
  size: number;
  artifactType?: string;
  annotations?: Record<string, string>;
  platform?: Platform;
}

/** A manifest of any kind, in one shape. */
export interface Manifest {
  /** `image`: config and layers; `index`: other manifests; `artifact`: blobs only, the form that OCI withdrew. */
  kind: "image" | "index" | "artifact";
  mediaType: string;
  config?: Descriptor;
  /** Layers of an image, blobs of an artifact. */
  layers: Descriptor[];
  /** Manifests of an index. */
  manifests: Descriptor[];
  subject?: Descriptor;
  /** As the manifest says, else the config's media type, as the referrers API wants it. */
  artifactType?: string;
  annotations: Record<string, string>;
}

/**
 * Parses a manifest; `contentType` is what the client declared, and must agree with a `mediaType` inside.
 * @throws OciError MANIFEST_INVALID, naming the field
 */
export function parseManifest(bytes: Uint8Array, contentType?: string): Manifest {
  const value = parseManifestJson(bytes);
  return toManifest(value, mediaTypeOf(value, contentType));
}

/**
 * Parses a manifest that is to be stored, which must be of one kind alone; one that is stored is read whatever it is.
 * @throws OciError MANIFEST_INVALID, naming the field
 */
export function parsePushedManifest(bytes: Uint8Array, contentType?: string): Manifest {
  const value = parseManifestJson(bytes);
  const mediaType = mediaTypeOf(value, contentType);
  requireOneKind(value, mediaType);
  return toManifest(value, mediaType);
}

function toManifest(value: ManifestJson, mediaType: string): Manifest {
  const common = {
    mediaType,
    annotations: value.annotations ?? {},
    ...(value.subject && { subject: descriptor(value.subject, "subject") }),
  };
  switch (mediaType) {
    case OCI_INDEX:
    case DOCKER_LIST:
      return {
        kind: "index",
        ...common,
        ...artifactType(value.artifactType),
        layers: [],
        manifests: indexEntries(value),
      };
    case OCI_ARTIFACT:
      return {
        kind: "artifact",
        ...common,
        ...artifactType(value.artifactType),
        layers: descriptors(value.blobs, "blobs"),
        manifests: [],
      };
    case OCI_MANIFEST:
    case DOCKER_MANIFEST:
      return imageManifest(value, common);
    default:
      throw invalid(`unsupported media type ${quote(mediaType)}: ${hintFor(mediaType)}`);
  }
}

/** The blobs that a manifest names: config and layers, each digest once. */
export function blobsOf(manifest: Manifest): Descriptor[] {
  const byDigest = new Map<Digest, Descriptor>();
  for (const entry of manifest.config ? [manifest.config, ...manifest.layers] : manifest.layers) {
    // Named as a layer of both kinds, it is needed.
    if (!(isForeign(entry.mediaType) && byDigest.has(entry.digest))) byDigest.set(entry.digest, entry);
  }
  return [...byDigest.values()];
}

/** The blobs that a manifest needs: layers that live elsewhere by URL are left out. */
export function requiredBlobsOf(manifest: Manifest): Descriptor[] {
  return blobsOf(manifest).filter(({ mediaType }) => !isForeign(mediaType));
}

/** True for a layer that lives elsewhere by URL, and that a registry need not hold. */
export function isForeign(mediaType: string): boolean {
  return mediaType.includes(".foreign.") || mediaType.includes(".nondistributable.");
}

/** What each form names content by, and so none of the others. */
const FIELDS_OF_OTHERS: Record<string, readonly (keyof ManifestJson)[]> = {
  [OCI_MANIFEST]: ["manifests"],
  [DOCKER_MANIFEST]: ["manifests"],
  [OCI_INDEX]: ["config", "layers"],
  [DOCKER_LIST]: ["config", "layers"],
  [OCI_ARTIFACT]: ["config", "layers", "manifests"],
};

/**
 * Refuses a document that is an image and an index at once: its digest would stand for either, by the Content-Type of
 * whoever pushed it last (CVE-2021-41190).
 */
function requireOneKind(value: ManifestJson, mediaType: string): void {
  const field = FIELDS_OF_OTHERS[mediaType]?.find((name) => value[name] !== undefined);
  if (field === undefined) return;
  throw invalid(`${field} is not taken in ${mediaType}: a document is an image or an index, not both`);
}

function imageManifest(
  value: ManifestJson,
  common: Omit<Manifest, "kind" | "layers" | "manifests">,
): Manifest {
  if (!value.config) throw invalid("config is missing: an image manifest names its config by digest");
  const config = descriptor(value.config, "config");
  return {
    kind: "image",
    ...common,
    config,
    ...artifactType(value.artifactType || config.mediaType),
    layers: descriptors(value.layers, "layers"),
    manifests: [],
  };
}

function indexEntries(value: ManifestJson): Descriptor[] {
  if (!value.manifests) throw invalid("manifests is missing: an index lists its manifests");
  return descriptors(value.manifests, "manifests");
}

function descriptors(list: DescriptorJson[] | undefined, field: string): Descriptor[] {
  return (list ?? []).map((entry, index) => descriptor(entry, `${field}[${index}]`));
}

function descriptor(json: DescriptorJson, field: string): Descriptor {
  if (!isDigest(json.digest)) {
    throw invalid(
      `${field}.digest ${quote(json.digest)} is no digest: expected sha256: or sha512: and lower-case hex`,
    );
  }
  return {
    mediaType: json.mediaType ?? "",
    digest: json.digest,
    size: json.size,
    ...artifactType(json.artifactType),
    ...(json.annotations && { annotations: json.annotations }),
    ...(json.platform && { platform: json.platform }),
  };
}

function artifactType(value: string | undefined): { artifactType?: string } {
  // PostgreSQL holds no such text, and no media type is one (RFC 6838 §4.2).
  if (value?.includes("\0")) throw invalid(`artifactType ${quote(value)} is no media type`);
  return value ? { artifactType: value } : {};
}

function mediaTypeOf(value: ManifestJson, contentType: string | undefined): string {
  const declared = contentType?.split(";")[0]?.trim().toLowerCase();
  if (value.schemaVersion === 1) throw invalid(hintFor(DOCKER_SCHEMA_1[0] ?? ""));
  if (declared && value.mediaType && declared !== value.mediaType.toLowerCase()) {
    throw invalid(`mediaType ${quote(value.mediaType)} differs from the Content-Type ${quote(declared)}`);
  }
  const mediaType = value.mediaType?.toLowerCase() || declared;
  if (mediaType && mediaType !== "application/json") return mediaType;
  // An OCI manifest may leave mediaType out; its shape tells an index from an image.
  return value.manifests ? OCI_INDEX : OCI_MANIFEST;
}

function hintFor(mediaType: string): string {
  if (DOCKER_SCHEMA_1.includes(mediaType)) {
    return "Docker schema 1 is no longer taken: push with a current client, or convert with skopeo copy --format v2s2";
  }
  return `expected one of ${[OCI_MANIFEST, OCI_INDEX, DOCKER_MANIFEST, DOCKER_LIST].join(", ")}`;
}
