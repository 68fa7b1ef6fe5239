import fs, { type Stats, type Dir } from "node:fs";
import * as promises from "node:fs/promises";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { StorageFullError } from "./errors.ts";
import { countPassedChunks } from "./passed-chunks.ts";
import type { ByteRange } from "./port.ts";

/**
 * What file storage asks of the operating system; tests put failing ones in its place.
 *
 * An open file is a descriptor, not a FileHandle: that would take a third more time on the event loop, and one that
 * somebody forgot to close ends the process when it is collected.
 */
export interface Files {
  open(path: string, flags: string): Promise<number>;
  close(file: number): Promise<void>;
  fstat(file: number): Promise<Stats>;
  read(file: number, into: Uint8Array, part: ReadPart): Promise<{ bytesRead: number }>;
  writev(file: number, chunks: Uint8Array[], position: number): Promise<{ bytesWritten: number }>;
  ftruncate(file: number, sizeBytes: number): Promise<void>;
  fsync(file: number): Promise<void>;
  fdatasync(file: number): Promise<void>;
  mkdir(path: string, options?: { recursive: boolean }): Promise<string | undefined>;
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

export const nodeFiles: Files = {
  open: promisify(fs.open),
  close: promisify(fs.close),
  fstat: promisify(fs.fstat),
  read: promisify(fs.read),
  writev: promisify(fs.writev),
  ftruncate: promisify(fs.ftruncate),
  fsync: promisify(fs.fsync),
  fdatasync: promisify(fs.fdatasync),
  mkdir: promises.mkdir,
  opendir: promises.opendir,
  rename: promises.rename,
  rmdir: promises.rmdir,
  stat: promises.stat,
  unlink: promises.unlink,
};

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

/** Opens a file to read. @returns undefined when it is not there */
export function openToRead(files: Files, path: string): Promise<number | undefined> {
  return unless(["ENOENT"], files.open(path, "r"));
}

/** A stream of an open file, or a part of it; it closes the file when it ends or is destroyed. */
export function streamOf(file: number, range?: ByteRange): Readable {
  return fs.createReadStream("", { fd: file, ...range, highWaterMark: READ_BYTES, fs: countingFs });
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

/** What a stream reads is garbage as soon as its reader has gone on, as what comes from a socket is. */
const countingFs = {
  ...fs,
  read: ((...parameters: Parameters<typeof fs.read>) => {
    countPassedChunks(READ_BYTES, 2 * READ_BYTES);
    fs.read(...parameters);
  }) as typeof fs.read,
};

/** Measured: less takes longer, more gains nothing. */
const READ_BYTES = 512 * 1024;

/** No space on the disk, or none left of the quota. */
const FULL_CODES = new Set(["ENOSPC", "EDQUOT"]);

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
