import { isArtifactTag } from "../oci/artifact.ts";
import { isForeign, type Manifest } from "../oci/manifest.ts";
import { OCI_ARTIFACT } from "../oci/media-types.ts";
import type { Tag } from "../oci/reference.ts";

/**
 * The Warning headers for a push in a form that the specifications have replaced: OCI distribution specification,
 * "Warnings" (code 299, agent `-`, no date, 4096 bytes in all).
 */
export function warningsOf(manifest: Manifest, tags: readonly Tag[]): string[] {
  const warnings: string[] = [];
  if (manifest.mediaType === OCI_ARTIFACT) {
    warnings.push("OCI withdrew artifact manifests: push an image manifest with artifactType instead");
  }
  if (manifest.layers.some(({ mediaType }) => isForeign(mediaType))) {
    warnings.push("OCI deprecated non-distributable layers: who pulls this image may not get all of it");
  }
  if (tags.some(isReferrersTag)) {
    warnings.push("This registry lists referrers by itself: a tag that lists them is not needed");
  }
  return warnings.map((text) => `299 - "${text}"`);
}

/** A tag of the referrers tag schema: bare, where signatures have an ending. */
function isReferrersTag(tag: Tag): boolean {
  return isArtifactTag(tag) && !tag.includes(".");
}
