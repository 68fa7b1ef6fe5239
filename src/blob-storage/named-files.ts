import type { Readable } from "node:stream";
import { FileNameError } from "./errors.ts";

/** Files in a folder of their own, kept with the blobs so that they outlive the data folder. */
export interface NamedFiles {
  /**
   * Stores a body durably and whole, or not at all; it takes the place of one of that name.
   * @throws FileNameError; StorageFullError; what the body throws
   */
  write(name: string, body: AsyncIterable<Uint8Array>): Promise<void>;

  /** Every file that is whole, in no order. */
  list(): AsyncIterable<NamedFile>;

  /** @throws NamedFileNotFoundError, FileNameError */
  read(name: string): Promise<Readable>;

  /** Removes a file; one that is not there is no error. @throws FileNameError */
  delete(name: string): Promise<void>;
}

export interface NamedFile {
  name: string;
  sizeBytes: number;
  /** When it was written, by the storage's clock. */
  modifiedAt: Date;
}

/** A name is a file's, and part of a key in S3: nothing that leads elsewhere, nothing hidden. */
export function isFileName(name: string): boolean {
  return FILE_NAME.test(name);
}

/** @throws FileNameError for what is no file's name */
export function requireFileName(name: string): string {
  if (!isFileName(name)) {
    throw new FileNameError(name);
  }
  return name;
}

/** A sha512 digest and more; file systems allow 255. */
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;
