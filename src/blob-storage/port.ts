import type { Readable, Writable } from "node:stream";
import type { Digest } from "../oci/digest.ts";
import type { NamedFiles } from "./named-files.ts";

/**
 * Bytes by digest, and uploads that grow until they are one.
 *
 * Storage knows no repository, no link and no owner: what is stored, and for whom, is the database's to say.
 * What `finish` or `delete` resolves to is on disk (file and folder synced), or it is not resolved. An upload's bytes
 * outlive the process, but not the machine. Calls that change one upload are made one after the other: the caller
 * sees to that.
 */
export interface BlobStorage {
  /** @returns the size in bytes, or undefined when there is no such blob */
  stat(digest: Digest): Promise<number | undefined>;

  /**
   * A blob's bytes, or the part from `start` to `end`, both included.
   * @throws BlobNotFoundError
   */
  read(digest: Digest, range?: ByteRange): Promise<Readable>;

  /**
   * Writes a blob's bytes, or a part of them, to a stream and ends it: faster than to pipe what `read` gives, since
   * buffers are used again. What fails after `onOpen` destroys the stream.
   * @throws BlobNotFoundError, the stream untouched; what the stream meets, such as ERR_STREAM_PREMATURE_CLOSE
   */
  send(digest: Digest, sink: Writable, options?: SendOptions): Promise<void>;

  /**
   * A URL that gives a blob's bytes, or a part of them, to whoever has it, for some minutes; undefined when storage
   * wants clients to be sent nowhere.
   */
  redirectUrl?(digest: Digest): Promise<string>;

  /** Removes a blob; one that is not there is no error. */
  delete(digest: Digest): Promise<void>;

  /** Every stored blob, in no order. */
  list(): AsyncIterable<StoredBlob>;

  /**
   * Appends a body at `offset`, which must be the number of bytes already there (0 makes the upload).
   * The body is streamed; a chunk is its maker's again when the next is asked for. `onChunk` sees each chunk in order,
   * for hashing, before it is written. When the body fails in the middle, what came before stays: ask `uploadSize`.
   * When the writing fails, nothing of the body stays.
   * @returns the upload's size in bytes afterwards
   * @throws UploadOffsetError when offset is not the upload's size; StorageFullError; what the body throws
   */
  append(upload: string, body: AsyncIterable<Uint8Array>, options: AppendOptions): Promise<number>;

  /** @returns the number of bytes that an upload holds, undefined when there is no such upload */
  uploadSize(upload: string): Promise<number | undefined>;

  /**
   * The bytes of an upload so far, to hash them again after a restart.
   * @throws UploadNotFoundError; what is read meets UploadChangedError where another process ends the upload meanwhile
   */
  readUpload(upload: string): Promise<Readable>;

  /**
   * Makes an upload the blob of this digest, durably; the caller has checked the digest. A blob that is already
   * there stays, and the upload goes; it may go, too, when this fails. Where other processes write uploads as well, no
   * other bytes become a blob than those that this one saw last, all of them, by `append` or by `readUpload`.
   * @throws UploadNotFoundError, UploadChangedError, StorageFullError
   */
  finish(upload: string, digest: Digest): Promise<void>;

  /** Removes an upload and its bytes; one that is not there is no error. */
  cancel(upload: string): Promise<void>;

  /** Every upload that holds bytes, in no order, to find those that nobody ended. */
  listUploads(): AsyncIterable<StoredUpload>;

  /** Copies of the database. */
  readonly snapshots: NamedFiles;

  /** Bytes that were taken for a blob and are none. */
  readonly quarantine: NamedFiles;

  /** Proves that bytes can be stored now, by storing and removing some; throws what stands in the way. */
  check(): Promise<void>;

  close(): Promise<void>;
}

export interface SendOptions {
  /** Default: the whole blob. */
  range?: ByteRange | undefined;
  /** Called when the blob is there, before its first byte is written: for headers. */
  onOpen?: () => void;
}

export interface AppendOptions {
  offset: number;
  onChunk?: (chunk: Uint8Array) => void;
}

/** Both ends included, as in HTTP's Range. */
export interface ByteRange {
  start: number;
  end: number;
}

export interface StoredBlob {
  digest: Digest;
  sizeBytes: number;
  /** When bytes were written last, by the storage's clock. */
  modifiedAt: Date;
}

export interface StoredUpload {
  upload: string;
  sizeBytes: number;
  /** When bytes were written last, by the storage's clock. */
  modifiedAt: Date;
}
