import { readdir, readFile, rm } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { DUMP_SUFFIX, type DumpHeader } from "../../database/dump/format.ts";
import { makeFolders } from "../../blob-storage/make-folders.ts";
import { requireApart } from "./apart-from-hub.ts";
import { PARTIAL_SUFFIX, writeWhole } from "./durable-files.ts";
import { BackupFolderError } from "./errors.ts";

/**
 * What a backup's folder holds:
 *
 *     DIR/
 *       backup.json                              BackupRecord: written last, so that without it there is no backup
 *       database-20261124T101500000Z.jsonl.zst   the dump that backup.json names
 *       blobs/                                   a file storage with the blobs of that dump
 *
 * A second backup into the folder writes a second dump and the blobs that are new, then another backup.json, and only
 * then removes what the first alone needed.
 */
export interface BackupRecord {
  backup: typeof BACKUP_FORMAT;
  /** The version of the program that made it. */
  program: string;
  /** ISO 8601, UTC: of what the database was then. */
  createdAt: string;
  database: { file: string; digest: string; rows: Record<string, number> } & Pick<
    DumpHeader,
    "kind" | "schema" | "incarnation"
  >;
  /** null: the database alone. */
  blobs: { count: number; bytes: number } | null;
}

export const BACKUP_FORMAT = 1;

const RECORD_FILE = "backup.json";
const BLOBS_FOLDER = "blobs";
const DUMP_PREFIX = "database-";

/** The name of a dump that shows what the database was at a time. */
export function dumpName(at: Date): string {
  return `${DUMP_PREFIX}${at.toISOString().replaceAll(/[-:.]/g, "")}${DUMP_SUFFIX}`;
}

/** The file storage within a backup. */
export function blobsUrl(folder: string): string {
  return `file:${join(folder, BLOBS_FOLDER)}`;
}

/**
 * Makes a folder that is to take a backup, or looks at one that has.
 * @param options.apartFrom the hub's own folders; default none
 * @returns the backup that it holds
 * @throws BackupFolderError for a folder that cannot be made, holds something else, or is within one of those that it must be apart from
 */
export async function openBackupFolder(
  folder: string,
  { apartFrom = [] }: { apartFrom?: readonly string[] | undefined } = {},
): Promise<BackupRecord | undefined> {
  if (!isAbsolute(folder)) {
    throw new BackupFolderError(`Cannot back up into ${JSON.stringify(folder)}: expected an absolute path`);
  }
  await requireApart(folder, apartFrom);
  try {
    // The dump holds password hashes and keys.
    await makeFolders(folder, { mode: 0o700 });
  } catch (error) {
    throw new BackupFolderError(
      `Cannot back up into ${folder}: the folder cannot be made (${(error as Error).message}); choose another one`,
      { cause: error },
    );
  }
  const foreign = (await readdir(folder)).find((name) => !isOurs(name));
  if (foreign !== undefined) {
    throw new BackupFolderError(
      `Cannot back up into ${folder}: it holds ${JSON.stringify(foreign)}, which is no backup's; choose an empty folder, or one with an earlier backup`,
    );
  }
  return await readRecord(folder);
}

/** @throws BackupFolderError when there is no whole backup */
export async function requireBackup(folder: string): Promise<BackupRecord> {
  const record = await readRecord(folder);
  if (record) return record;
  const isPartial = await readdir(folder).then(
    (names) => names.some(isOurs),
    () => false,
  );
  throw new BackupFolderError(
    isPartial
      ? `Cannot restore from ${folder}: the backup there was not finished; run imagehub backup once more`
      : `Cannot restore from ${folder}: it holds no backup (${RECORD_FILE} is not there)`,
  );
}

/** Makes what was written since the last record a backup. */
export function writeRecord(folder: string, record: BackupRecord): Promise<void> {
  return writeWhole(join(folder, RECORD_FILE), [Buffer.from(`${JSON.stringify(record, undefined, 2)}\n`)]);
}

/** Removes dumps that no record names, and what was not written to its end. */
export async function removeUnused(folder: string, record: BackupRecord | undefined): Promise<void> {
  for (const name of await readdir(folder)) {
    const isUnused = isDump(name) ? name !== record?.database.file : name.endsWith(PARTIAL_SUFFIX);
    if (isOurs(name) && isUnused) await rm(join(folder, name), { force: true });
  }
}

function isOurs(name: string): boolean {
  return name === BLOBS_FOLDER || [RECORD_FILE, RECORD_FILE + PARTIAL_SUFFIX].includes(name) || isDump(name);
}

function isDump(name: string): boolean {
  return /^database-\d{8}T\d{9}Z\.jsonl\.zst(?:\.partial)?$/.test(name);
}

async function readRecord(folder: string): Promise<BackupRecord | undefined> {
  const path = join(folder, RECORD_FILE);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
  return parseRecord(path, text);
}

function parseRecord(path: string, text: string): BackupRecord {
  let record: Partial<BackupRecord>;
  try {
    record = JSON.parse(text) as Partial<BackupRecord>;
  } catch (error) {
    throw new BackupFolderError(`Cannot read ${path}: it is no JSON`, { cause: error });
  }
  if (record.backup !== BACKUP_FORMAT) {
    throw new BackupFolderError(
      `Cannot read ${path}: its format is version ${JSON.stringify(record.backup)}, expected ${BACKUP_FORMAT}: run the ImageHub that wrote it`,
    );
  }
  if (typeof record.database?.file !== "string" || !isDump(record.database.file)) {
    throw new BackupFolderError(`Cannot read ${path}: it names no dump of the database`);
  }
  return record as BackupRecord;
}
