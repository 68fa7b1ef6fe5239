import { constants } from "node:fs";
import * as promises from "node:fs/promises";
import { StorageFullError } from "./errors.ts";

/** What file storage asks of the operating system; tests put failing ones in its place. */
export type Files = Pick<
  typeof promises,
  "mkdir" | "open" | "opendir" | "rename" | "rmdir" | "stat" | "unlink"
>;

export const nodeFiles: Files = promises;

/** Opens for writing; makes a file that is not there, and keeps what one holds that is. */
export const WRITE_OR_CREATE = constants.O_WRONLY | constants.O_CREAT;

/** Measured with a pull of 512 MiB. */
export const READ_BYTES = 512 * 1024;

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
