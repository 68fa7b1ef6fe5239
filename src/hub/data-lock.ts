import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { makeFolders } from "../blob-storage/make-folders.ts";
import { readHubFile, removeHubFiles } from "./hub-files.ts";

/** Somebody else works on this data folder. */
export class DataFolderInUseError extends Error {
  constructor(folder: string, holder: string) {
    super(
      `Cannot use data folder ${folder}: ${holder} works on it; stop that hub, or choose another folder with --data`,
    );
    this.name = "DataFolderInUseError";
  }
}

/** The data folder cannot be made or written. */
export class DataFolderError extends Error {
  constructor(folder: string, cause: unknown) {
    super(`Cannot use data folder ${folder}: ${(cause as Error).message}; choose another with --data`, {
      cause,
    });
    this.name = "DataFolderError";
  }
}

/**
 * Locks a data folder, so that two hubs never work on one. The lock is that of an SQLite file held exclusively: the
 * kernel lets go of it when the process ends, however it ends. What an earlier hub left that was killed,
 * its hub.json, goes.
 * @returns a function that lets go
 * @throws DataFolderInUseError, DataFolderError
 */
export async function lockDataFolder(folder: string): Promise<() => void> {
  const lock = await openLock(folder);
  try {
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    removeHubFiles(folder);
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw new DataFolderError(folder, error);
    throw new DataFolderInUseError(folder, describeHolder(folder));
  }
  return () => lock.close();
}

const SQLITE_BUSY = 5;

async function openLock(folder: string): Promise<DatabaseSync> {
  try {
    await makeFolders(folder);
    return new DatabaseSync(join(folder, "lock"));
  } catch (error) {
    throw new DataFolderError(folder, error);
  }
}

function describeHolder(folder: string): string {
  try {
    const { pid, url } = readHubFile(folder);
    return `the hub with process id ${pid} at ${url}`;
  } catch {
    return "another hub, which has just started,";
  }
}
