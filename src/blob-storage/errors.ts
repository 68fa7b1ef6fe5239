import type { Digest } from "../oci/digest.ts";

export class BlobNotFoundError extends Error {
  constructor(digest: Digest, options?: ErrorOptions) {
    super(`Cannot read blob ${digest}: it is not in storage`, options);
    this.name = "BlobNotFoundError";
  }
}

export class UploadNotFoundError extends Error {
  constructor(upload: string, options?: ErrorOptions) {
    super(`Cannot continue upload ${upload}: it does not exist`, options);
    this.name = "UploadNotFoundError";
  }
}

export class UploadOffsetError extends Error {
  readonly expected: number;

  constructor(upload: string, sizes: { offset: number; expected: number }) {
    super(`Cannot append to upload ${upload} at ${sizes.offset}: it holds ${sizes.expected} bytes`);
    this.name = "UploadOffsetError";
    this.expected = sizes.expected;
  }
}

/** Another process has written to an upload, or ended it: its bytes are not those that passed through this one. */
export class UploadChangedError extends Error {
  constructor(upload: string) {
    super(`Cannot finish upload ${upload}: another hub went on with it meanwhile`);
    this.name = "UploadChangedError";
  }
}

/** No name of a file: the caller's mistake. */
export class FileNameError extends Error {
  constructor(name: string) {
    const shown = JSON.stringify(name.slice(0, MAX_SHOWN));
    super(`Cannot name a file ${shown}: expected 1 to 200 letters, digits, ".", "_", "-", no sign first`);
    this.name = "FileNameError";
  }
}

export class NamedFileNotFoundError extends Error {
  constructor(name: string, options?: ErrorOptions) {
    super(`Cannot read ${name}: it is not in storage`, options);
    this.name = "NamedFileNotFoundError";
  }
}

/** The disk, the quota or the bucket is full; nothing of the write is kept. */
export class StorageFullError extends Error {
  constructor(options?: ErrorOptions) {
    super("Cannot store: no space left", options);
    this.name = "StorageFullError";
  }
}

/** A storage's URL that cannot be used; the message says what was expected. */
export class StorageUrlError extends Error {
  constructor(url: string, why: string) {
    // Credentials do not belong in it, and so not in a log either.
    super(`Cannot open storage ${JSON.stringify(url.replace(/\/\/[^/?]*@/, "//…@"))}: ${why}`);
    this.name = "StorageUrlError";
  }
}

/** The folder of a storage in files cannot be made, or not be used. */
export class StorageFolderError extends Error {
  constructor(folder: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`Cannot open storage file:${folder}: its folder cannot be used (${why}); choose another folder`, {
      cause,
    });
    this.name = "StorageFolderError";
  }
}

/** What an error message shows of a name that is none. */
const MAX_SHOWN = 140;
