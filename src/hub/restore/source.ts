import { createReadStream } from "node:fs";
import { join } from "node:path";
import { openBlobStorage } from "../../blob-storage/open.ts";
import type { BlobStorage } from "../../blob-storage/port.ts";
import { DumpDamagedError, DumpVersionError } from "../../database/dump/errors.ts";
import { verifyDump, type DumpSummary } from "../../database/dump/read-dump.ts";
import { blobsUrl, requireBackup } from "../backup/backup-folder.ts";
import type { BlobPlace } from "../backup/blob-copier.ts";
import { parseSnapshotName } from "../backup/snapshot-name.ts";
import { RestoreError } from "./errors.ts";

/** What is restored: a dump that was read to its end and is whole, with or without blobs. */
export interface RestoreSource {
  /** As a person reads it. */
  name: string;
  summary: DumpSummary;
  /** The dump, from its beginning. */
  openDump(): Promise<AsyncIterable<Uint8Array>>;
  /** undefined: the database alone. */
  blobs: BlobPlace | undefined;
  close(): Promise<void>;
}

/** @throws BackupFolderError, DumpDamagedError, DumpVersionError, RestoreError */
export async function openBackup(folder: string): Promise<RestoreSource> {
  const record = await requireBackup(folder);
  const openDump = async () => createReadStream(join(folder, record.database.file));
  const summary = await verifyDump(await openDump());
  if (summary.digest !== record.database.digest) {
    throw new RestoreError(`Cannot restore from ${folder}: its dump is another than backup.json says`);
  }
  const url = blobsUrl(folder);
  const blobs = record.blobs ? { storage: await openBlobStorage(url), url } : undefined;
  return { name: folder, summary, openDump, blobs, close: async () => blobs?.storage.close() };
}

/**
 * The newest snapshot in storage that is whole, or the one of this name.
 * @param onSkipped called with each newer one that is not whole
 * @throws RestoreError when there is none; DumpVersionError when a newer program wrote it
 */
export async function openSnapshot(
  storage: BlobStorage,
  { name, onSkipped }: { name?: string | undefined; onSkipped: (name: string, error: Error) => void },
): Promise<RestoreSource> {
  const names = name === undefined ? await newestFirst(storage) : [name];
  for (const candidate of names) {
    const openDump = () => storage.snapshots.read(candidate);
    try {
      const summary = await verifyDump(await openDump());
      return { name: candidate, summary, openDump, blobs: undefined, close: () => Promise.resolve() };
    } catch (error) {
      // An older snapshot would be restored without a word about what a newer program wrote since.
      if (name !== undefined || error instanceof DumpVersionError || !(error instanceof DumpDamagedError)) {
        throw error;
      }
      onSkipped(candidate, error);
    }
  }
  throw new RestoreError("Cannot restore from storage: it holds no snapshot of a database that is whole");
}

/** Names of all snapshots of databases in a storage, those of other lives among them. */
export async function newestFirst(storage: BlobStorage): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of storage.snapshots.list()) if (parseSnapshotName(name)) names.push(name);
  return names.toSorted().toReversed();
}
