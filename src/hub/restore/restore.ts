import { existsSync } from "node:fs";
import { createMemoryStorage } from "../../blob-storage/memory.ts";
import { fileStoragePath, openBlobStorage } from "../../blob-storage/open.ts";
import type { BlobStorage } from "../../blob-storage/port.ts";
import { loadDump } from "../../database/dump/load-dump.ts";
import { openRestoreTarget } from "../../database/dump/open-target.ts";
import type { RestoreTarget } from "../../database/dump/restore-target.ts";
import type { BlobPlace } from "../backup/blob-copier.ts";
import { copyBlobs, type CopyBlobsOptions } from "../backup/copy-blobs.ts";
import { dumpedBlobs } from "../backup/dumped-blobs.ts";
import type { LostBlobs } from "../backup/lost-blobs.ts";
import { mendBlobs } from "../backup/mend-blobs.ts";
import type { OnProgress } from "../backup/progress.ts";
import { verifyBlobs } from "../backup/verify-blobs.ts";
import type { Config } from "../config.ts";
import { lockPlaces } from "../place-locks.ts";
import { beginAnew } from "./begin-anew.ts";
import { RestoreError } from "./errors.ts";
import { markRestore } from "./under-way.ts";
import { openBackup, openSnapshot, type RestoreSource } from "./source.ts";

export interface RestoreOptions {
  /** A backup's folder, or a snapshot in storage, by default the newest. */
  from: { folder: string } | { snapshot: string | undefined };
  /** Check what would be restored, and change nothing: a hub may run meanwhile. Default false. */
  dryRun?: boolean;
  /** Replace a database that is there. Default false. */
  force?: boolean;
  /** Copy blobs, also where a link would do. Default false. */
  copy?: boolean;
  /**
   * Read all blobs and hash them: of a dry run those that would be restored, else those in storage, where a whole one
   * takes the place of a damaged one. Default false.
   */
  verify?: boolean;
}

/** How a restore speaks with a person. */
export interface RestoreDialog {
  /** Asked before a database that is there is replaced; not with `force`. */
  confirm(question: string): Promise<boolean>;
  warn(message: string): void;
  onProgress: OnProgress;
}

export interface RestoreReport {
  /** Folder or snapshot. */
  source: string;
  /** ISO 8601, UTC: of what the database was then. */
  createdAt: string;
  rows: Record<string, number>;
  /** Blobs that the restored database knows and storage lacks, or has damaged. */
  lost: LostBlobs;
  /** The database that was there, and was or would be replaced. */
  replaced: string | undefined;
  /** Where that is kept, if it is. */
  kept: string | undefined;
  dryRun: boolean;
}

/**
 * Puts back what a backup or a snapshot holds, while no hub runs. Everything that can be checked is, before anything
 * is changed; then blobs are put into storage, which takes nothing away, and at last the database is replaced, all at
 * once.
 * @throws RestoreError, BackupFolderError, DumpDamagedError, DumpVersionError, StorageFullError, and what `lockPlaces`,
 * database and disk throw
 */
export async function restore(
  config: Pick<Config, "dataFolder" | "databaseUrl" | "storageUrl">,
  options: RestoreOptions,
  dialog: RestoreDialog,
): Promise<RestoreReport> {
  const { dryRun = false } = options;
  const unlock = dryRun ? undefined : await lockPlaces(config, dialog.warn);
  const target = openRestoreTarget(config.databaseUrl);
  const url = config.storageUrl;
  let unmark: ReturnType<typeof markRestore> | undefined;
  let isDone = false;
  const onBegin = (): void => void (unmark = markRestore(config.dataFolder));
  try {
    const storage = await (dryRun ? openToLook(url) : openBlobStorage(url));
    try {
      const report = await restoreInto({ target, blobs: { storage, url }, onBegin }, options, dialog);
      isDone = true;
      return report;
    } finally {
      await storage.close();
    }
  } finally {
    await target.close();
    unmark?.(isDone);
    unlock?.();
  }
}

/** A look makes no folder: where there is none, nothing is stored. */
async function openToLook(url: string): Promise<BlobStorage> {
  const folder = fileStoragePath(url);
  return folder === undefined || existsSync(folder) ? openBlobStorage(url) : createMemoryStorage();
}

export interface RestorePlace {
  target: RestoreTarget;
  blobs: BlobPlace;
  /** Called when the restore is about to change something. Default: nothing. */
  onBegin?: () => void;
}

export async function restoreInto(
  { target, blobs, onBegin }: RestorePlace,
  options: RestoreOptions,
  dialog: RestoreDialog,
): Promise<RestoreReport> {
  const { dryRun = false, verify = false } = options;
  const source = await openSource(blobs, options, dialog);
  const { summary } = source;
  const common = { onProgress: dialog.onProgress, total: summary.rows["blobs"] ?? 0 };
  const look = async (where: BlobPlace) =>
    verifyBlobs(dumpedBlobs(await source.openDump()), where, { byDigest: verify, ...common });
  const facts = { source: source.name, createdAt: summary.header.createdAt, rows: summary.rows, dryRun };
  try {
    if (dryRun) {
      const lost = await look(source.blobs ?? blobs);
      return { ...facts, lost, replaced: await target.describe(), kept: undefined };
    }
    const replaced = await requireReplaceable(target, options, dialog);
    onBegin?.();
    const put =
      source.blobs && (await putBlobs(source, { from: source.blobs, to: blobs, ...common }, options));
    // Blobs may have taken hours, in which a supervisor, or somebody else, started a hub.
    await requireNotInUse(target);
    const { kept } = await target.replace(async (context) => {
      await loadDump(context, await source.openDump());
      await beginAnew(context, Date.now());
    });
    return { ...facts, lost: put ?? (await look(blobs)), replaced, kept };
  } finally {
    await source.close();
  }
}

/** @throws RestoreError */
async function requireNotInUse(target: RestoreTarget): Promise<void> {
  if (!(await target.isInUse())) return;
  throw new RestoreError("Cannot restore: another hub works on the database; stop all hubs that use it");
}

/** Puts a backup's blobs into storage. @returns those that are not there then, or not whole */
async function putBlobs(
  source: RestoreSource,
  places: Omit<CopyBlobsOptions, "alwaysCopy">,
  { copy: alwaysCopy = false, verify = false }: RestoreOptions,
): Promise<LostBlobs> {
  const options = { ...places, alwaysCopy };
  const { lost } = await copyBlobs(dumpedBlobs(await source.openDump()), options);
  return verify ? mendBlobs(dumpedBlobs(await source.openDump()), options) : lost;
}

function openSource(
  { storage }: BlobPlace,
  { from }: RestoreOptions,
  { warn }: RestoreDialog,
): Promise<RestoreSource> {
  if ("folder" in from) return openBackup(from.folder);
  return openSnapshot(storage, {
    name: from.snapshot,
    onOther: (name) =>
      warn(
        `Storage holds snapshots of another database as well, the newest ${name}; where that is the one that was lost: imagehub restore --from-storage ${name}`,
      ),
    onSkipped: (name, error) => warn(`Passed over snapshot ${name}: ${error.message}`),
  });
}

/**
 * @returns what is there
 * @throws RestoreError when something would be lost that nobody agreed to lose
 */
async function requireReplaceable(
  target: RestoreTarget,
  { force = false }: RestoreOptions,
  { confirm }: RestoreDialog,
): Promise<string | undefined> {
  await requireNotInUse(target);
  const there = await target.describe();
  if (there === undefined || force || (await confirm(`Replace ${there}?`))) return there;
  throw new RestoreError(`Cannot restore: the database is there already: ${there}; --force replaces it`);
}
