import fs, { type Stats, type Dir } from "node:fs";
import * as promises from "node:fs/promises";
import { promisify } from "node:util";
import { StorageFullError } from "./errors.ts";

/**
 * What file storage asks of the operating system; tests put failing ones in its place.
 *
 * An open file is a descriptor, not a FileHandle: that would take a third more time on the event loop, and one that
 * somebody forgot to close ends the process when it is collected.
 */
export interface Files {
  open(path: string, flags: string): Promise<number>;
  /** Opens a folder, to sync it: one that was just made, or is made use of all the time. */
  openFolder(path: string): Promise<number>;
  close(file: number): Promise<void>;
  fstat(file: number): Promise<Stats>;
  read(file: number, into: Uint8Array, part: ReadPart): Promise<{ bytesRead: number }>;
  writev(file: number, chunks: Uint8Array[], position: number): Promise<{ bytesWritten: number }>;
  ftruncate(file: number, sizeBytes: number): Promise<void>;
  fsync(file: number): Promise<void>;
  fdatasync(file: number): Promise<void>;
  /** One folder, whose parent must be there. */
  mkdir(path: string, mode?: number): Promise<void>;
  opendir(path: string): Promise<Dir>;
  rename(from: string, to: string): Promise<void>;
  rmdir(path: string): Promise<void>;
  stat(path: string): Promise<Stats>;
  unlink(path: string): Promise<void>;
}

export interface ReadPart {
  position: number;
  length: number;
}

/**
 * Node's calls, which ask a thread of the pool; but not those that need no disk: to wake a thread costs five times as
 * much as to make a folder, to give a file its name, to open a folder that is in use, or to close what is synced. What
 * was made and named so is on disk when it is synced, which a thread does. To make a file costs as little, until files
 * beside it were deleted in the last minutes: ext4 then looks at each of them.
 */
export const nodeFiles: Files = {
  open: promisify(fs.open),
  openFolder: async (path) => fs.openSync(path, "r"),
  close: async (file) => fs.closeSync(file),
  fstat: promisify(fs.fstat),
  read: promisify(fs.read),
  writev: promisify(fs.writev),
  ftruncate: promisify(fs.ftruncate),
  fsync: promisify(fs.fsync),
  fdatasync: promisify(fs.fdatasync),
  mkdir: async (path, mode) => fs.mkdirSync(path, mode),
  opendir: promises.opendir,
  rename: async (from, to) => fs.renameSync(from, to),
  rmdir: promises.rmdir,
  stat: promises.stat,
  unlink: promises.unlink,
};

/** The flags of a file that is made to be written and read, and must not be there. */
export const NEW_FILE = "wx+";

/** The result, or undefined when the operating system refuses with one of these codes. */
export async function unless<T>(codes: string[], work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (codes.includes(codeOf(error))) {
      return undefined;
    }
    throw error;
  }
}

/** Runs work that stores. @throws StorageFullError for what the operating system calls full */
export async function storing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw FULL_CODES.has(codeOf(error)) ? new StorageFullError({ cause: error }) : error;
  }
}

/**
 * Makes one folder, whose parent must be there.
 * @returns false when something has its name: were that no folder, whoever puts a file into it is told
 */
export async function makeFolder(files: Files, folder: string): Promise<boolean> {
  const made = files.mkdir(folder).then(() => true);
  return (await unless(["EEXIST"], made)) ?? false;
}

/** Opens a file to read. @returns undefined when it is not there */
export function openToRead(files: Files, path: string): Promise<number | undefined> {
  return unless(["ENOENT"], files.open(path, "r"));
}

/** @returns undefined when the file is not there */
export async function whatIsKnownOf(
  files: Files,
  path: string,
): Promise<{ sizeBytes: number; modifiedAt: Date } | undefined> {
  const stats = await unless(["ENOENT"], files.stat(path));
  return stats && { sizeBytes: stats.size, modifiedAt: stats.mtime };
}

/** @returns a file's size in bytes, undefined when it is not there */
export async function sizeOf(files: Files, path: string): Promise<number | undefined> {
  return (await unless(["ENOENT"], files.stat(path)))?.size;
}

/** The names in a folder; none when there is no such folder. */
export async function* namesIn(files: Files, folder: string): AsyncGenerator<string> {
  const entries = await unless(["ENOENT", "ENOTDIR"], files.opendir(folder));
  for await (const entry of entries ?? []) {
    yield entry.name;
  }
}

/** No space on the disk, or none left of the quota. */
const FULL_CODES = new Set(["ENOSPC", "EDQUOT"]);

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
