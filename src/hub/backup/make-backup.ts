import { createReadStream } from "node:fs";
import { join } from "node:path";
import { verifyDump, type DumpSummary } from "../../database/dump/read-dump.ts";
import { readEarlierLives } from "../../database/settings.ts";
import { dumpDatabase } from "../../database/dump/write-dump.ts";
import { formatCountOf } from "../../cli/format.ts";
import {
  BACKUP_FORMAT,
  dumpName,
  openBackupFolder,
  removeUnused,
  writeRecord,
  type BackupRecord,
} from "./backup-folder.ts";
import { backUpBlobs, removeOtherBlobs } from "./backup-blobs.ts";
import type { BlobsReport } from "./copy-blobs.ts";
import { writeWhole } from "./durable-files.ts";
import type { BackupContext, BackupOptions, BackupReport } from "./backup.ts";
import { BackupFolderError } from "./errors.ts";

/**
 * Backs up a running hub: the database as it was at one moment, then the blobs that it says are stored. The caller sees
 * to it that none of them is collected meanwhile. Blobs of an earlier backup in the folder are not copied again, and
 * that backup is whole until this one is.
 * @throws BackupFolderError, StorageFullError, and what database and disk throw
 */
export async function makeBackup(context: BackupContext, options: BackupOptions): Promise<BackupReport> {
  const { folder, databaseOnly = false } = options;
  const earlier = await openBackupFolder(folder, { apartFrom: context.hubFolders });
  if (databaseOnly && earlier?.blobs) {
    throw new BackupFolderError(
      `Cannot back up the database alone into ${folder}: its backup has blobs; choose another folder`,
    );
  }
  if (earlier) await requireSameHub(context, { folder, earlier });
  await removeUnused(folder, earlier);
  const dump = await writeDump(context, folder);
  const dumpFile = join(folder, dump.file);
  const blobs = databaseOnly ? undefined : await backUpBlobs(context, { ...options, dump, dumpFile });
  const record = recordOf(context, dump, blobs);
  await writeRecord(folder, record);
  await removeUnused(folder, record);
  if (blobs) await removeOtherBlobs(folder, dumpFile);
  return { folder, createdAt: record.createdAt, rows: rowsOf(dump), blobs };
}

/**
 * A hub that was started where its data is lost would put its nothing in the place of what was saved.
 * @throws BackupFolderError for a backup of a database that this one neither is nor was restored from
 */
async function requireSameHub(
  { database }: BackupContext,
  { folder, earlier }: { folder: string; earlier: BackupRecord },
): Promise<void> {
  const { incarnation, rows } = earlier.database;
  if (incarnation === database.incarnation) return;
  if ((await readEarlierLives(database.read)).includes(incarnation)) return;
  throw new BackupFolderError(
    `Cannot back up into ${folder}: it holds the backup of another database, of ${earlier.createdAt} with ${formatCountOf(rows["repositories"] ?? 0, "repository", "repositories")}; if this hub has lost its data, stop it and restore that backup; else choose another folder`,
  );
}

interface WrittenDump extends DumpSummary {
  file: string;
}

/** The dump is read again, so that the record says what is in the file. */
async function writeDump(context: BackupContext, folder: string): Promise<WrittenDump> {
  const { database, program, signal, onProgress, now = Date.now } = context;
  const file = dumpName(new Date(now()));
  const chunks = dumpDatabase(database, {
    program,
    signal,
    now,
    onProgress: (done) => onProgress?.({ phase: "database", done }),
  });
  await writeWhole(join(folder, file), chunks);
  return { file, ...(await verifyDump(createReadStream(join(folder, file)))) };
}

function recordOf(
  { program }: BackupContext,
  dump: WrittenDump,
  blobs: BlobsReport | undefined,
): BackupRecord {
  const { kind, schema, incarnation, createdAt } = dump.header;
  return {
    backup: BACKUP_FORMAT,
    program,
    createdAt,
    database: { file: dump.file, digest: dump.digest, rows: dump.rows, kind, schema, incarnation },
    blobs: blobs ? { count: blobs.count, bytes: blobs.bytes } : null,
  };
}

function rowsOf({ rows }: DumpSummary): number {
  return Object.values(rows).reduce((total, count) => total + count, 0);
}
