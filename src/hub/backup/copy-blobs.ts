import { forEachAtOnce } from "./at-once.ts";
import { createBlobCopier, type BlobCopierOptions, type CopyOutcome } from "./blob-copier.ts";
import type { DumpedBlob } from "./dumped-blobs.ts";
import { addLost, type LostBlobs } from "./lost-blobs.ts";
import type { OnProgress } from "./progress.ts";

export interface BlobsReport {
  count: number;
  bytes: number;
  /** Those that were not there before. */
  added: number;
  addedBytes: number;
  lost: LostBlobs;
}

export interface CopyBlobsOptions extends BlobCopierOptions {
  /** How many there will be. */
  total: number;
  onProgress: OnProgress;
}

/** Copies blobs from one storage to another. @throws what is more than one blob's, such as StorageFullError */
export async function copyBlobs(
  blobs: AsyncIterable<DumpedBlob>,
  options: CopyBlobsOptions,
): Promise<BlobsReport> {
  const { total, signal, onProgress } = options;
  const report = { count: 0, bytes: 0, added: 0, addedBytes: 0, lost: { count: 0, named: [] } };
  const copier = createBlobCopier(options);
  let done = 0;
  try {
    await forEachAtOnce(blobs, async (blob) => {
      signal?.throwIfAborted();
      addOutcome(report, blob, await copier.copy(blob));
      done += 1;
      onProgress({ phase: "blobs", done, total, bytes: report.bytes });
    });
    return report;
  } finally {
    await copier.close();
  }
}

function addOutcome(report: BlobsReport, { digest, sizeBytes }: DumpedBlob, outcome: CopyOutcome): void {
  if (outcome === "missing" || outcome === "damaged") return addLost(report.lost, digest, outcome);
  report.count += 1;
  report.bytes += sizeBytes;
  if (outcome === "there") return;
  report.added += 1;
  report.addedBytes += sizeBytes;
}
