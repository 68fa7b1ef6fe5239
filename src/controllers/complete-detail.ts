import type { Detail } from "../resources/detail.ts";

/** Facts: what only the image can say. */
const FACTS = ["ID", "arch"] as const;
/** Words: what users may say better than the image does. */
const WORDS = ["docs", "keywords", "icon", "description", "url"] as const;

/** A fact that the user states otherwise than the image. */
export interface FactDifference {
  field: (typeof FACTS)[number];
  stated: string;
  inImage: string;
}

/**
 * Users' words over the image's, field by field; the first that has a word wins. An empty word is none, so clearing a
 * field gives it back. Facts are the image's where it has them.
 */
export function completeDetail(words: readonly (Detail | undefined)[], inspected: Detail): Detail {
  const detail: Detail = {};
  for (const field of WORDS) assign(detail, field, firstWord(field, [...words, inspected]));
  for (const field of FACTS) assign(detail, field, firstWord(field, [inspected, ...words]));
  return detail;
}

/** What users state otherwise than the image has it. */
export function factDifferences(stated: Detail | undefined, inspected: Detail): FactDifference[] {
  return FACTS.flatMap((field) => {
    const [said, inImage] = [stated?.[field], inspected[field]];
    return said && inImage && said !== inImage ? [{ field, stated: said, inImage }] : [];
  });
}

function firstWord<F extends keyof Detail>(
  field: F,
  sources: readonly (Detail | undefined)[],
): Detail[F] | undefined {
  return sources.map((source) => source?.[field]).find((word) => word !== undefined && word.length > 0);
}

function assign<F extends keyof Detail>(detail: Detail, field: F, word: Detail[F] | undefined): void {
  if (word !== undefined) detail[field] = word;
}
