import type { Descriptor, Manifest } from "./manifest.ts";
import { DOCKER_CONFIG, HELM_CONFIG, OCI_CONFIG } from "./media-types.ts";
import { isRealPlatform } from "./platform.ts";
import type { Tag } from "./reference.ts";

/** Config media types of what has a page of its own: images, and Helm charts. */
const PAGE_TYPES = new Set([OCI_CONFIG, DOCKER_CONFIG, HELM_CONFIG]);

// The referrers tag schema of the OCI distribution specification, and what cosign makes of it: the algorithm, a
// dash, and the hash (a sha512 cut at 64 characters).
const ARTIFACT_TAG = /^sha(?:256|512)-[0-9a-f]{64,128}(?:\.(?:sig|att|sbom))?$/;

/**
 * True for signatures, attestations, SBOMs and whatever else is stored beside images: it makes neither an Image
 * nor `latest`.
 */
export function isArtifact(manifest: Manifest, tag?: Tag): boolean {
  if (tag !== undefined && isArtifactTag(tag)) return true;
  if (manifest.subject) return true;
  switch (manifest.kind) {
    case "artifact":
      return true;
    case "index":
      return manifest.artifactType !== undefined || holdsNoImage(manifest);
    case "image":
      return isOtherType(manifest.artifactType) || holdsDocuments(manifest);
  }
}

/** True for `sha256-….sig`, `.att`, `.sbom`, and the bare form that lists referrers. */
export function isArtifactTag(tag: Tag): boolean {
  return ARTIFACT_TAG.test(tag);
}

function isOtherType(artifactType: string | undefined): boolean {
  return artifactType !== undefined && !PAGE_TYPES.has(artifactType.toLowerCase());
}

function holdsNoImage({ manifests }: Manifest): boolean {
  return manifests.length > 0 && manifests.every(isNoImage);
}

function isNoImage({ artifactType, platform }: Descriptor): boolean {
  return isOtherType(artifactType) || (platform !== undefined && !isRealPlatform(platform));
}

/** Signing and build tools give their documents the config type of an image; the layers tell them apart. */
function holdsDocuments({ layers }: Manifest): boolean {
  return layers.length > 0 && layers.every(({ mediaType }) => mediaType.endsWith("json"));
}
