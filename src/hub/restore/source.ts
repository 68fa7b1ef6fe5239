import { createReadStream } from "node:fs";
import { join } from "node:path";
import { FileNameError, NamedFileNotFoundError } from "../../blob-storage/errors.ts";
import { openBlobStorage } from "../../blob-storage/open.ts";
import type { BlobStorage } from "../../blob-storage/port.ts";
import { DumpDamagedError, DumpVersionError } from "../../database/dump/errors.ts";
import { verifyDump, type DumpSummary } from "../../database/dump/read-dump.ts";
import { blobsUrl, requireBackup } from "../backup/backup-folder.ts";
import type { BlobPlace } from "../backup/blob-copier.ts";
import { listSnapshots } from "../backup/list-snapshots.ts";
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
 * @param onOther called with the newest of another database, when none was named: which was lost, only a person knows
 * @throws RestoreError when there is none, or none of this name; DumpVersionError when a newer program wrote it
 */
export async function openSnapshot(
  storage: BlobStorage,
  {
    name,
    onSkipped,
    onOther,
  }: {
    name?: string | undefined;
    onSkipped: (name: string, error: Error) => void;
    onOther: (name: string) => void;
  },
): Promise<RestoreSource> {
  const candidates = name === undefined ? await listSnapshots(storage) : [{ name }];
  for (const { name: candidate } of candidates) {
    const openDump = () => storage.snapshots.read(candidate);
    try {
      const summary = await verifyDump(await openDump());
      if (name === undefined) tellOther(candidates, candidate, onOther);
      return { name: candidate, summary, openDump, blobs: undefined, close: () => Promise.resolve() };
    } catch (error) {
      if (error instanceof NamedFileNotFoundError || error instanceof FileNameError) {
        throw await noSuchSnapshot(storage, candidate, error);
      }
      // An older snapshot would be restored without a word about what a newer program wrote since.
      if (name !== undefined || error instanceof DumpVersionError || !(error instanceof DumpDamagedError)) {
        throw error;
      }
      onSkipped(candidate, error);
    }
  }
  throw new RestoreError("Cannot restore from storage: it holds no snapshot of a database that is whole");
}

function tellOther(
  candidates: readonly { name: string }[],
  chosen: string,
  onOther: (name: string) => void,
): void {
  const life = parseSnapshotName(chosen)?.life;
  const other = candidates.find((candidate) => parseSnapshotName(candidate.name)?.life !== life);
  if (other) onOther(other.name);
}

/** @returns what to say of a snapshot that cannot be read since storage has none of this name */
async function noSuchSnapshot(storage: BlobStorage, name: string, cause: Error): Promise<RestoreError> {
  const names = (await listSnapshots(storage)).map((snapshot) => snapshot.name);
  const more = names.length > MAX_NAMED ? `, and ${names.length - MAX_NAMED} older ones` : "";
  const next =
    names.length === 0
      ? "nor any other: restore from the folder of a backup"
      : `but has ${names.slice(0, MAX_NAMED).join(", ")}${more}: name one of them, or leave out the name for the newest that is whole`;
  const what = `Cannot restore from snapshot ${JSON.stringify(name)}: storage has none of this name, ${next}`;
  return new RestoreError(what, { cause });
}

/** Of the snapshots that there are: enough to see how they are called, and which is newest. */
const MAX_NAMED = 5;
