import { createReadStream } from "node:fs";
import { algorithmOf, type Digest } from "../../oci/digest.ts";
import type { BlobReader } from "../blob-reader.ts";
import { createPace, hashStream, type Hashed, type Pace } from "./hash-stream.ts";

/** Hashes what is stored, or lies in a file: streamed, one after the other. */
export interface Hasher {
  /**
   * @param options.file the bytes are in this file rather than in storage
   * @returns what the bytes hash to, by the algorithm of the digest that they are said to have; undefined when there
   * are none
   * @throws Error when they cannot be read, or the hasher was closed
   */
  hash(digest: Digest, options?: { file?: string }): Promise<Hashed | undefined>;
  close(): Promise<void>;
}

export interface HasherOptions {
  /** Default: as fast as it goes. */
  bytesPerSecond?: number | undefined;
}

/** A hasher that works in this thread. */
export function createLocalHasher(
  reader: Pick<BlobReader, "read">,
  { bytesPerSecond }: HasherOptions,
): Hasher {
  const pace = createPace(bytesPerSecond);
  return {
    hash: (digest, { file } = {}) =>
      file === undefined ? hashBlob(reader, digest, pace) : hashFile(file, digest, pace),
    close: () => Promise.resolve(),
  };
}

async function hashBlob(
  reader: Pick<BlobReader, "read">,
  digest: Digest,
  pace: Pace,
): Promise<Hashed | undefined> {
  const stream = await reader.read(digest);
  return stream && hashStream(stream as AsyncIterable<Uint8Array>, algorithmOf(digest), pace);
}

async function hashFile(file: string, digest: Digest, pace: Pace): Promise<Hashed | undefined> {
  try {
    const stream = createReadStream(file, { highWaterMark: READ_BYTES });
    return await hashStream(stream as AsyncIterable<Uint8Array>, algorithmOf(digest), pace);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** As storage reads: fewer and bigger reads are quicker. */
const READ_BYTES = 512 * 1024;
