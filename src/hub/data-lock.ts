import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Somebody else works on this data folder. */
export class DataFolderInUseError extends Error {
  constructor(folder: string, holder: string) {
    super(
      `Cannot start on ${folder}: ${holder} works on it; stop that hub, or choose another folder with --data`,
    );
    this.name = "DataFolderInUseError";
  }
}

/**
 * Locks a data folder, so that two hubs never work on one. The lock is that of an SQLite file held exclusively: the
 * kernel lets go of it when the process ends, however it ends.
 * @returns a function that lets go
 * @throws DataFolderInUseError
 */
export function lockDataFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const lock = new DatabaseSync(join(folder, "lock"));
  try {
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode !== 5) throw error;
    throw new DataFolderInUseError(folder, describeHolder(folder));
  }
  return () => lock.close();
}

function describeHolder(folder: string): string {
  try {
    const { pid, url } = JSON.parse(readFileSync(join(folder, "hub.json"), "utf8")) as {
      pid: number;
      url: string;
    };
    return `the hub with process id ${pid} at ${url}`;
  } catch {
    return "another hub, which has just started,";
  }
}
