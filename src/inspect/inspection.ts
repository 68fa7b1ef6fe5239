import type { Detail } from "../resources/detail.ts";
import type { PlatformStatus } from "../resources/image.ts";

/** What was read out of an image. */
export interface Inspection {
  /** README, front matter, annotations, labels and config facts, merged by the design's order. */
  detail: Detail;
  type?: string;
  /** Every real platform, of an index; one for an image. */
  platforms: PlatformStatus[];
  /** Bytes to pull the platform that `detail` is of: config and layers, compressed. */
  sizeBytes: number;
  /** When it was built, as its config says, RFC 3339. */
  createdAt?: string;
  /** Why there is no README though there might be one; the page is shown without it. */
  unavailable?: { reason: UnavailableReason; message: string };
  /** What is shown, but: front matter broken at a line, text cut at the limit, bytes replaced, config unreadable, size wrong. */
  warnings: { reason: WarningReason; message: string }[];
}

export type WarningReason =
  | "FrontMatterInvalid"
  | "ReadmeTruncated"
  | "ReadmeEncoding"
  | "ConfigInvalid"
  | "SizeDiffers";

export type UnavailableReason =
  | "LayerCorrupt"
  | "LayerEncrypted"
  | "LayerUnsupported"
  | "LayerTooLarge"
  | "InspectionTimeout"
  | "InspectionFailed"
  | "ContentMissing";
