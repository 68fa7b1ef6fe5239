import type { Digest } from "../../oci/digest.ts";
import { OciError } from "../../oci/errors.ts";
import { blobsOf, parseManifest, requiredBlobsOf, type Manifest } from "../../oci/manifest.ts";

/** What the row of a manifest says, all of which follows from its bytes. */
export interface ManifestColumns {
  media_type: string;
  size: number;
  kind: "image" | "index" | "artifact";
  artifact_type: string | null;
  subject: string | null;
  annotations: string;
}

/** What a manifest's bytes say. */
export interface ManifestFacts {
  manifest: Manifest;
  columns: ManifestColumns;
  blobs: Digest[];
  requiredBlobs: Digest[];
  children: Digest[];
}

/** @returns undefined for bytes that are no manifest that this program knows */
export function factsOf(bytes: Uint8Array, mediaType: string): ManifestFacts | undefined {
  const manifest = parse(bytes, mediaType) ?? parse(bytes);
  return (
    manifest && {
      manifest,
      columns: {
        media_type: manifest.mediaType,
        size: bytes.byteLength,
        kind: manifest.kind,
        artifact_type: manifest.artifactType ?? null,
        subject: manifest.subject?.digest ?? null,
        annotations: JSON.stringify(manifest.annotations),
      },
      blobs: blobsOf(manifest).map((blob) => blob.digest),
      requiredBlobs: requiredBlobsOf(manifest).map((blob) => blob.digest),
      children: [...new Set(manifest.manifests.map((child) => child.digest))],
    }
  );
}

function parse(bytes: Uint8Array, mediaType?: string): Manifest | undefined {
  try {
    return parseManifest(bytes, mediaType);
  } catch (error) {
    if (error instanceof OciError) return undefined;
    throw error;
  }
}
