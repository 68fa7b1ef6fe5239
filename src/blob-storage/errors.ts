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

/** The disk, the quota or the bucket is full; nothing of the write is kept. */
export class StorageFullError extends Error {
  constructor(options?: ErrorOptions) {
    super("Cannot store: no space left", options);
    this.name = "StorageFullError";
  }
}
