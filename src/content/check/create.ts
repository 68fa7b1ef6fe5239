import type { BlobRemoval } from "../blob-removal.ts";
import type { ContentContext } from "../context.ts";
import type { OpenHasher } from "../hashing/open-hasher.ts";
import { checkBlobs } from "./blobs.ts";
import { createCheckRun, type CheckRun } from "./check-run.ts";
import type { Checker } from "./checker.ts";
import { checkLinks } from "./links.ts";
import { checkManifests } from "./manifests.ts";
import { checkReferences } from "./references.ts";
import { checkRepositories } from "./repositories.ts";
import { checkStored } from "./stored.ts";
import { checkTags } from "./tags.ts";

/** In this order a repair finds what one before it has put back: rows that others refer to come first. */
const STEPS: readonly ((run: CheckRun) => Promise<void>)[] = [
  checkTags,
  checkReferences,
  checkLinks,
  checkBlobs,
  checkManifests,
  checkStored,
  checkRepositories,
];

/** Checks as `Checker` says. */
export function createChecker(
  context: ContentContext,
  parts: { removal: BlobRemoval; openHasher: OpenHasher },
): Checker {
  return {
    async check(options = {}) {
      const hasher = parts.openHasher({ bytesPerSecond: options.bytesPerSecond });
      // A blob may take hours: it is not waited for.
      const stop = (): void => void hasher.close();
      options.signal?.addEventListener("abort", stop, { once: true });
      try {
        const run = createCheckRun({ ...context, removal: parts.removal, hasher }, options);
        for (const step of STEPS) await step(run);
        return run.report;
      } catch (error) {
        options.signal?.throwIfAborted();
        throw error;
      } finally {
        options.signal?.removeEventListener("abort", stop);
        await hasher.close();
      }
    },
  };
}
