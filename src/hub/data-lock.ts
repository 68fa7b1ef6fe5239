import { join } from "node:path";
import { makeFolders } from "../blob-storage/make-folders.ts";
import { FileLockedError, lockFile } from "./file-lock.ts";
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
 * Locks a data folder, so that two hubs never work on one. The hub.json that a killed hub left there goes.
 * @returns a function that lets go
 * @throws DataFolderInUseError, DataFolderError
 */
export async function lockDataFolder(folder: string): Promise<() => void> {
  let unlock: (() => void) | undefined;
  try {
    await makeFolders(folder);
    unlock = lockFile(join(folder, "lock"));
    removeHubFiles(folder);
    return unlock;
  } catch (error) {
    unlock?.();
    if (error instanceof FileLockedError) throw new DataFolderInUseError(folder, describeHolder(folder));
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
