import type { BlobRemoval } from "./blob-removal.ts";
import { collectBlobs } from "./collect-blobs.ts";
import { collectContents } from "./collect-contents.ts";
import { collectDeletions } from "./collect-deletions.ts";
import { collectLinks } from "./collect-links.ts";
import { collectManifests } from "./collect-manifests.ts";
import { collectQuarantine } from "./collect-quarantine.ts";
import { collectStrayBlobs } from "./collect-stray-blobs.ts";
import { collectUploads } from "./collect-uploads.ts";
import { createCollection, type Collection } from "./collection.ts";
import type { ContentContext } from "./context.ts";
import type { Garbage } from "./garbage.ts";

/** In this order one collection takes all of an image: what refers before what is referred to. */
const STEPS: readonly ((collection: Collection) => Promise<void>)[] = [
  collectUploads,
  collectDeletions,
  collectManifests,
  collectLinks,
  collectContents,
  collectBlobs,
  collectStrayBlobs,
  collectQuarantine,
];

/** Collects garbage as `Garbage` says. */
export function createGarbage(
  context: ContentContext,
  parts: { removal: BlobRemoval; pulls: { flush(): Promise<void> } },
): Garbage {
  return {
    async collect(options = {}) {
      const collection = createCollection({ ...context, removal: parts.removal }, options);
      const { report } = collection;
      try {
        // A pull that was counted and not yet added keeps its manifest.
        await parts.pulls.flush();
        for (const step of STEPS) await step(collection);
        report.complete = true;
      } catch (error) {
        if (options.signal?.aborted !== true) throw error;
      }
      report.finishedAt = new Date(context.now());
      return report;
    },
  };
}
