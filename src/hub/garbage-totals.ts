import type { CollectedKind, CollectionReport } from "../content/garbage.ts";

/** What the collections of this process have done. */
export interface GarbageTotals {
  complete: number;
  aborted: number;
  failed: number;
  collected: Record<CollectedKind, number>;
  bytes: number;
  /** What storage would not remove. */
  failures: number;
}

export function noGarbageTotals(): GarbageTotals {
  return {
    complete: 0,
    aborted: 0,
    failed: 0,
    collected: { uploads: 0, manifests: 0, links: 0, contents: 0, blobs: 0, quarantined: 0 },
    bytes: 0,
    failures: 0,
  };
}

export function addReport(totals: GarbageTotals, report: CollectionReport): void {
  totals[report.complete ? "complete" : "aborted"] += 1;
  totals.bytes += report.bytes;
  totals.failures += report.failures;
  for (const kind of Object.keys(totals.collected) as CollectedKind[]) {
    totals.collected[kind] += report.collected[kind].count;
  }
}
