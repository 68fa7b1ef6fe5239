import type { BlobRemoval } from "./blob-removal.ts";
import type { ContentContext } from "./context.ts";
import { createForeseen, type Foreseen } from "./foreseen.ts";
import type { CollectedKind, CollectionReport, CollectOptions } from "./garbage.ts";
import { createGiveWay } from "./give-way.ts";

/** One collection under way. */
export interface Collection extends ContentContext {
  removal: BlobRemoval;
  dryRun: boolean;
  /** For dry runs: what would be gone by now. */
  foreseen: Foreseen;
  report: CollectionReport;
  add(kind: CollectedKind, sizes: readonly number[]): void;
  fail(error: unknown): void;
  /** Between any two items: lets others work as long as this has worked. @throws when aborted */
  giveWay(): Promise<void>;
}

/** Rows of one page: a query of some milliseconds, since SQLite's hold up the event loop. */
export const PAGE_ROWS = 500;

export function createCollection(
  parts: ContentContext & { removal: BlobRemoval },
  { dryRun = false, signal, onProgress, onError }: CollectOptions,
): Collection {
  const report = emptyReport(dryRun, new Date(parts.now()));
  return {
    ...parts,
    dryRun,
    report,
    foreseen: createForeseen(),
    add(kind, sizes) {
      const bytes = sizes.reduce((sum, size) => sum + size, 0);
      report.collected[kind].count += sizes.length;
      report.collected[kind].bytes += bytes;
      report.bytes += bytes;
    },
    fail(error) {
      report.failures += 1;
      onError?.(error);
    },
    giveWay: createGiveWay({ signal, onPause: () => onProgress?.(report) }),
  };
}

function none(): { count: number; bytes: number } {
  return { count: 0, bytes: 0 };
}

function emptyReport(dryRun: boolean, startedAt: Date): CollectionReport {
  return {
    dryRun,
    startedAt,
    finishedAt: undefined,
    complete: false,
    collected: {
      uploads: none(),
      manifests: none(),
      links: none(),
      contents: none(),
      blobs: none(),
      quarantined: none(),
    },
    bytes: 0,
    failures: 0,
  };
}
