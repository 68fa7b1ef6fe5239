import { existsSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { nodeFiles } from "../blob-storage/files.ts";
import { createFolders } from "../blob-storage/folders.ts";
import { fileStoragePath } from "../blob-storage/open.ts";
import { parseDatabaseUrl } from "../database/open.ts";
import type { Config } from "./config.ts";
import { lockDataFolder } from "./data-lock.ts";
import { FileLockedError, lockFile } from "./file-lock.ts";

/** Another hub, with a data folder of its own, works on the same SQLite file. */
export class DatabaseInUseError extends Error {
  constructor(file: string) {
    super(
      `Cannot use database ${file}: another hub works on it; stop that hub, choose another with --database, or use PostgreSQL, which hubs may share`,
    );
    this.name = "DatabaseInUseError";
  }
}

/** Another hub, with a data folder of its own, stores in the same folder. */
export class StorageInUseError extends Error {
  constructor(folder: string) {
    super(
      `Cannot use storage ${folder}: another hub works on it; stop that hub, choose another with --storage, or use S3, which hubs of one PostgreSQL may share`,
    );
    this.name = "StorageInUseError";
  }
}

/**
 * Locks what one hub alone may work on: its data folder, and, wherever they lie, an SQLite file and a folder of blobs.
 * @param warn is told of a place whose file system locks nothing: it is used all the same
 * @returns a function that lets go
 * @throws DataFolderError, DataFolderInUseError, DatabaseInUseError, StorageInUseError
 */
export async function lockPlaces(
  { dataFolder, databaseUrl, storageUrl }: Pick<Config, "dataFolder" | "databaseUrl" | "storageUrl">,
  warn: (message: string) => void,
): Promise<() => void> {
  const unlocks = [await lockDataFolder(dataFolder)];
  const unlock = (): void => {
    for (const each of unlocks.splice(0)) each();
  };
  const lock = async (file: string, inUse: Error): Promise<void> => {
    try {
      await makeFolder(dirname(file));
      unlocks.unshift(lockFile(file));
    } catch (error) {
      if (error instanceof FileLockedError) throw inUse;
      warn(`${file} cannot be locked (${(error as Error).message}): see to it that no other hub works there`);
    }
  };
  try {
    const place = parseDatabaseUrl(databaseUrl);
    if ("sqlitePath" in place)
      await lock(`${place.sqlitePath}-lock`, new DatabaseInUseError(place.sqlitePath));
    const folder = fileStoragePath(storageUrl);
    // Where blobs lie in the data folder itself, its lock is held already.
    if (folder !== undefined && !(await isSameFolder(folder, dataFolder)))
      await lock(join(folder, "lock"), new StorageInUseError(folder));
    return unlock;
  } catch (error) {
    unlock();
    throw error;
  }
}

/** Whoever opens a place finds its folder there, and so does not see to it that it outlives a power cut. */
async function makeFolder(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  const folders = createFolders(nodeFiles);
  await folders.make(folder).finally(() => folders.close());
}

/** @returns false for one that is not there yet */
async function isSameFolder(one: string, other: string): Promise<boolean> {
  const places = await Promise.all([one, other].map((folder) => realpath(folder).catch(() => undefined)));
  return places[0] !== undefined && places[0] === places[1];
}
