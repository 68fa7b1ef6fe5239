import { DatabaseSync } from "node:sqlite";

/** Somebody else holds the file. */
export class FileLockedError extends Error {
  constructor(file: string) {
    super(`Cannot lock ${file}: another process holds it`);
    this.name = "FileLockedError";
  }
}

/**
 * Locks a file, which is made when it is not there, by holding it as an SQLite database exclusively: the kernel lets go
 * of it when the process ends, however it ends.
 * @returns a function that lets go
 * @throws FileLockedError; what SQLite says of a file that cannot be made or locked
 */
export function lockFile(file: string): () => void {
  const lock = new DatabaseSync(file);
  try {
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    throw (error as { errcode?: number }).errcode === SQLITE_BUSY ? new FileLockedError(file) : error;
  }
  return () => lock.close();
}

const SQLITE_BUSY = 5;
