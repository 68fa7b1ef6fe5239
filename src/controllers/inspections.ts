import { LRUCache } from "lru-cache";
import type { Inspection, UnavailableReason } from "../inspect/inspection.ts";
import type { Inspector } from "../inspect/inspector.ts";

/** What controllers need of `inspect/`. */
export type ImageInspector = Pick<Inspector, "inspect">;

/** Characters of READMEs and icons kept: a push sets `v1`, `v1.2` and `latest` within seconds, so few images do. */
const MAX_CHARACTERS = 4 * 1024 * 1024;

/** What only another inspection can tell to be over. */
const PASSING: ReadonlySet<UnavailableReason> = new Set([
  "ContentMissing",
  "InspectionTimeout",
  "InspectionFailed",
]);

/** An inspector that remembers: a manifest's digest stands for the same image whatever tags name it. */
export function rememberInspections(inspector: ImageInspector): ImageInspector {
  const done = new LRUCache<string, Inspection>({
    maxSize: MAX_CHARACTERS,
    sizeCalculation: (inspection) => JSON.stringify(inspection).length,
  });
  const underWay = new Map<string, Promise<Inspection>>();

  async function inspectNow(key: string, work: Promise<Inspection>): Promise<Inspection> {
    try {
      const inspection = await work;
      if (!inspection.unavailable || !PASSING.has(inspection.unavailable.reason)) done.set(key, inspection);
      return inspection;
    } finally {
      underWay.delete(key);
    }
  }

  return {
    async inspect(repository, digest, options) {
      // By repository too: what an index names may be stored in one and missing in another.
      const key = `${repository}@${digest}`;
      const known = done.get(key) ?? underWay.get(key);
      if (known) return known;
      const work = inspectNow(key, inspector.inspect(repository, digest, options));
      underWay.set(key, work);
      return work;
    },
  };
}
