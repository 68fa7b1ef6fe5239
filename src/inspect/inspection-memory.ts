import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Inspection, UnavailableReason } from "./inspection.ts";
import type { InspectionTarget } from "./target.ts";

/** What was found lately: a push sets `v1`, `v1.2` and `latest` within seconds, and one inspection is for all three. */
export interface InspectionMemory {
  /** What is known of a target, what is being found out about it, or else what `inspect` finds. */
  remember(target: InspectionTarget, inspect: () => Promise<Inspection>): Promise<Inspection>;
}

export function createInspectionMemory(): InspectionMemory {
  const done = new LRUCache<string, Inspection>({
    maxSize: MAX_CHARACTERS,
    sizeCalculation: (inspection) => JSON.stringify(inspection).length,
  });
  const underWay = new Map<string, Promise<Inspection>>();

  async function inspectNow(key: string, inspect: () => Promise<Inspection>): Promise<Inspection> {
    try {
      const inspection = await inspect();
      if (!inspection.unavailable || !PASSING.has(inspection.unavailable.reason)) done.set(key, inspection);
      return inspection;
    } finally {
      underWay.delete(key);
    }
  }

  return {
    async remember(target, inspect) {
      const key = keyOf(target);
      const known = done.get(key) ?? underWay.get(key);
      if (known) return known;
      const work = inspectNow(key, inspect);
      underWay.set(key, work);
      return work;
    },
  };
}

/** All that decides what is found: another thing when what an index or an image names has come or gone. */
function keyOf({ image, annotations, platforms, warnings }: InspectionTarget): string {
  const facts = [image?.digest, image?.missing, image?.platform, annotations, platforms, warnings];
  return createHash("sha256").update(JSON.stringify(facts)).digest("base64");
}

/** Characters of READMEs and icons kept: few images are pushed within seconds. */
const MAX_CHARACTERS = 4 * 1024 * 1024;

/** What only another inspection can tell to be over. */
const PASSING: ReadonlySet<UnavailableReason> = new Set([
  "ContentMissing",
  "InspectionTimeout",
  "InspectionFailed",
]);
