import { createHash } from "node:crypto";
import { algorithmOf, finishDigest, type Digest } from "../oci/digest.ts";
import type { Descriptor } from "../oci/manifest.ts";
import { StorageReadError, UnavailableError } from "./errors.ts";

/** Where the blobs of an image come from. */
export interface BlobSource {
  /** @returns undefined when the blob is not stored */
  read(digest: Digest): Promise<AsyncIterable<Uint8Array> | undefined>;
}

/** A source without these blobs. */
export function without(source: BlobSource, missing: readonly Digest[]): BlobSource {
  const hidden = new Set(missing);
  return { read: async (digest) => (hidden.has(digest) ? undefined : source.read(digest)) };
}

/**
 * The bytes of a blob, checked against size and digest: the end is reached only when both are right.
 * @throws UnavailableError ContentMissing, LayerCorrupt; StorageReadError
 */
export async function* readBlob(
  descriptor: Descriptor,
  source: BlobSource,
  onChunk: (sizeBytes: number) => void = () => {},
): AsyncGenerator<Uint8Array> {
  const { digest, size } = descriptor;
  const hash = createHash(algorithmOf(digest));
  let read = 0;
  for await (const chunk of openBlob(digest, source)) {
    read += chunk.length;
    if (read > size) throw corrupt(digest, `it is longer than the ${size} bytes that the manifest says`);
    onChunk(chunk.length);
    hash.update(chunk);
    yield chunk;
  }
  if (read < size) throw corrupt(digest, `it ends after ${read} of ${size} bytes`);
  if (finishDigest(hash, algorithmOf(digest)) !== digest)
    throw corrupt(digest, "its bytes have another digest");
}

async function* openBlob(digest: Digest, source: BlobSource): AsyncGenerator<Uint8Array> {
  try {
    const blob = await source.read(digest);
    if (blob) return yield* blob;
  } catch (error) {
    throw new StorageReadError(digest, { cause: error });
  }
  throw new UnavailableError("ContentMissing", `Cannot read blob ${digest}: it is not stored`);
}

function corrupt(digest: Digest, why: string): UnavailableError {
  return new UnavailableError("LayerCorrupt", `Cannot read blob ${digest}: ${why}`);
}
