import { createReadStream } from "node:fs";
import { openBlobStorage } from "../../blob-storage/open.ts";
import type { DumpSummary } from "../../database/dump/read-dump.ts";
import { blobsUrl } from "./backup-folder.ts";
import type { BlobPlace } from "./blob-copier.ts";
import { copyBlobs, type BlobsReport } from "./copy-blobs.ts";
import { createDigestSet } from "./digest-set.ts";
import { dumpedBlobs } from "./dumped-blobs.ts";
import type { BackupContext, BackupOptions } from "./backup.ts";
import { mendBlobs } from "./mend-blobs.ts";

/** Copies the blobs that a dump says are stored into a backup's folder, and reads them there when that is asked for. */
export async function backUpBlobs(
  { blobs: from, signal, onProgress = () => undefined }: BackupContext,
  {
    folder,
    copy = false,
    verify = false,
    dump,
    dumpFile,
  }: BackupOptions & { dump: DumpSummary; dumpFile: string },
): Promise<BlobsReport> {
  return withBlobs(folder, async (to) => {
    const options = { from, to, alwaysCopy: copy, signal, onProgress, total: dump.rows["blobs"] ?? 0 };
    const report = await copyBlobs(dumpedBlobs(createReadStream(dumpFile)), options);
    if (!verify) return report;
    return { ...report, lost: await mendBlobs(dumpedBlobs(createReadStream(dumpFile)), options) };
  });
}

/** Removes blobs that only earlier backups in the folder needed, and what one that was not finished has left. */
export async function removeOtherBlobs(folder: string, dumpFile: string): Promise<void> {
  const needed = createDigestSet();
  for await (const { digest } of dumpedBlobs(createReadStream(dumpFile))) needed.add(digest);
  await withBlobs(folder, async ({ storage }) => {
    for await (const { digest } of storage.list()) {
      if (!needed.has(digest)) await storage.delete(digest);
    }
    for await (const { upload } of storage.listUploads()) await storage.cancel(upload);
  });
}

async function withBlobs<T>(folder: string, work: (blobs: BlobPlace) => Promise<T>): Promise<T> {
  const url = blobsUrl(folder);
  const storage = await openBlobStorage(url);
  try {
    return await work({ storage, url });
  } finally {
    await storage.close();
  }
}
