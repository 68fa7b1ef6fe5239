import { MAX_DOCS_BYTES, type Detail } from "../resources/detail.ts";
import type { PlatformStatus } from "../resources/image.ts";
import { NO_FACTS, parseTime, type Facts } from "./facts.ts";
import type { Inspection } from "./inspection.ts";
import { titleOfLabels, withoutUndefined, wordsOfLabels } from "./labels.ts";
import { cutAtLine } from "./readme-text.ts";
import type { Readme } from "./readme.ts";
import { summarize } from "./summary.ts";
import { pullSizeOf, type InspectionTarget, type TargetImage } from "./target.ts";
import { mergeWords } from "./words.ts";

/** What was found out besides the target; each part may be missing. */
export interface Findings {
  facts?: Facts;
  readme?: Readme | undefined;
  unavailable?: Inspection["unavailable"];
}

/**
 * Puts together what is known of an image. Field by field: front matter, then annotations, then labels, then what
 * the config says; a description that nobody gave is taken from the README's text.
 */
export function mergeInspection(target: InspectionTarget, findings: Findings): Inspection {
  const { facts = NO_FACTS, readme, unavailable = target.unavailable } = findings;
  const { image, annotations } = target;
  const labels = wordsOfLabels(facts.labels);
  const { type, ...words } = mergeWords(readme?.words ?? {}, wordsOfLabels(annotations), labels, facts.words);
  const docs = readme && cutAtLine(readme.text, MAX_DOCS_BYTES);
  const detail = {
    ...words,
    docs: docs?.text.trim() ? docs.text : undefined,
    description: words.description ?? describe(target, facts, readme),
    ID: image?.manifest.config?.digest,
    arch: facts.architecture ?? image?.platform?.architecture,
  };
  return {
    detail: withoutUndefined(detail) satisfies Detail,
    ...withoutUndefined({
      type,
      createdAt: facts.createdAt ?? parseTime(annotations["org.opencontainers.image.created"]),
      unavailable,
    }),
    platforms: platformsOf(target, facts),
    sizeBytes: image ? pullSizeOf(image.manifest) : 0,
    warnings: [
      ...(target.warnings ?? []),
      ...facts.warnings,
      ...(readme?.warnings ?? []),
      ...truncation(docs?.isCut || readme?.isCut),
    ],
  };
}

function describe(
  { annotations }: InspectionTarget,
  { labels }: Facts,
  readme: Readme | undefined,
): string | undefined {
  return (readme && summarize(readme.text)) ?? titleOfLabels(annotations) ?? titleOfLabels(labels);
}

/** Those of the index; without any, the one that the config names. */
function platformsOf({ platforms, image }: InspectionTarget, facts: Facts): PlatformStatus[] {
  return platforms.length > 0 || !image ? platforms : ownPlatform(image, facts);
}

function ownPlatform(
  { digest, manifest }: TargetImage,
  { os, architecture, variant }: Facts,
): PlatformStatus[] {
  if (!os || !architecture) return [];
  return [{ os, architecture, ...(variant && { variant }), digest, size: pullSizeOf(manifest) }];
}

function truncation(isCut: boolean | undefined): Inspection["warnings"] {
  if (!isCut) return [];
  return [{ reason: "ReadmeTruncated", message: `README is cut at a line before ${MAX_DOCS_BYTES} bytes` }];
}
