import { isDeepStrictEqual } from "node:util";
import type { TagRecord } from "../content/content.ts";
import type { Inspection } from "../inspect/inspection.ts";
import type { Clock } from "../reconcile/clock.ts";
import { toKubernetesTime } from "../resources/conditions.ts";
import type { Image, Spec, Status } from "../resources/kinds.ts";
import { completeDetail, factDifferences } from "./complete-detail.ts";
import { observed, type Finding } from "./findings.ts";

/** As the schema bounds them; an index of more is no image that anybody runs. */
const MAX_PLATFORMS = 100;

const READY: Finding = { type: "Ready", reason: "Inspected", message: "Shows the image that the tag names" };
const METADATA_ONLY: Finding[] = [
  { type: "Ready", reason: "MetadataOnly", message: "Shows what its spec says" },
  {
    type: "ContentMissing",
    reason: "NeverPushed",
    message: "Nothing was pushed by this name: it cannot be pulled",
  },
];

/** What is known of an Image whose tag is there. */
export interface PushedImage {
  tag: TagRecord;
  inspection: Inspection;
  /** When the tag is an alias: the spec of the Image it stands for, whose words come after the Image's own. */
  aliased: Spec<"Image"> | undefined;
}

/** The status of an Image with content. */
export function pushedImageStatus(
  image: Image,
  pushed: PushedImage,
  clock: Pick<Clock, "now">,
): Status<"Image"> {
  const { tag, inspection, aliased } = pushed;
  const { spec } = image;
  const type = spec.type || aliased?.type || inspection.type;
  return {
    ...observed(image, findingsOf(spec, inspection), clock),
    detail: completeDetail([spec.detail, aliased?.detail], inspection.detail),
    ...(type && { type }),
    ...factsOf(tag),
    size: inspection.sizeBytes,
    platforms: inspection.platforms.slice(0, MAX_PLATFORMS),
    ...(inspection.createdAt && { createdAt: inspection.createdAt }),
  };
}

/** True when the status names what the tag does, and from the same push. */
export function showsTag({ status }: Image, tag: TagRecord): boolean {
  const { digest, mediaType, pushedAt, pushedBy, aliasOf } = status ?? {};
  const shown = { digest, mediaType, pushedAt, pushedBy, ...(aliasOf !== undefined && { aliasOf }) };
  return isDeepStrictEqual(shown, factsOf(tag));
}

function factsOf({ digest, mediaType, pushedAt, pushedBy, aliasOf }: TagRecord) {
  return {
    digest,
    mediaType,
    pushedAt: toKubernetesTime(pushedAt),
    pushedBy,
    ...(aliasOf && { aliasOf }),
  };
}

/** The status of an Image that a user applied and nobody pushed. */
export function metadataOnlyStatus(image: Image, clock: Pick<Clock, "now">): Status<"Image"> {
  const { detail, type } = image.spec;
  return {
    ...observed(image, METADATA_ONLY, clock),
    detail: completeDetail([detail], {}),
    ...(type && { type }),
  };
}

function findingsOf(spec: Spec<"Image">, { detail, unavailable, warnings }: Inspection): Finding[] {
  return [
    READY,
    ...(unavailable ? [{ type: "DetailUnavailable", ...unavailable }] : []),
    ...warnings.map(({ reason, message }) => ({ type: reason, reason, message })),
    ...differenceFinding(spec, detail),
  ];
}

function differenceFinding(spec: Spec<"Image">, inspected: Inspection["detail"]): Finding[] {
  const differences = factDifferences(spec.detail, inspected);
  if (differences.length === 0) return [];
  const message = differences
    .map(
      ({ field, stated, inImage }) =>
        `spec.detail.${field} is ${JSON.stringify(stated)}, the image has ${JSON.stringify(inImage)}`,
    )
    .join("; ");
  return [{ type: "SpecDiffers", reason: "FactsOfImageShown", message }];
}
