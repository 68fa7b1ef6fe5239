import type { TargetSource } from "./target.ts";
import { digestOf, type Digest } from "../oci/digest.ts";
import type { BlobSource } from "./blob-source.ts";

/** An image as it was pushed. */
export interface PushedImage {
  digest: Digest;
  mediaType: string;
  manifest: Uint8Array;
  blobs: Map<Digest, Uint8Array>;
  children: PushedImage[];
}

export interface MemorySource extends BlobSource, TargetSource {
  /** Bytes handed out, of each blob. */
  readBytes: Map<Digest, number>;
}

/** Pushed images without registry and storage, handed out in chunks of 64 KiB. */
export function createMemorySource(image: PushedImage): MemorySource {
  const images = [image, ...image.children];
  const blobs = new Map(images.flatMap((each) => [...each.blobs]));
  const readBytes = new Map<Digest, number>();
  const sizeOf = (digest: Digest): number => blobs.get(digest)?.length ?? 0;
  return {
    readBytes,
    async read(digest) {
      const bytes = blobs.get(digest);
      return bytes && chunksOf(bytes, (size) => readBytes.set(digest, (readBytes.get(digest) ?? 0) + size));
    },
    blobs: { present: async (_repository, digests) => new Map(digests.map((each) => [each, sizeOf(each)])) },
    manifests: {
      async find(_repository, reference) {
        const found = images.find(({ digest }) => "digest" in reference && digest === reference.digest);
        if (!found) return undefined;
        const { manifest: bytes, mediaType } = found;
        return { digest: digestOf(bytes), mediaType, sizeBytes: bytes.length, bytes };
      },
    },
  };
}

const CHUNK_BYTES = 64 * 1024;

async function* chunksOf(bytes: Uint8Array, onChunk: (size: number) => void): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    const chunk = bytes.subarray(start, start + CHUNK_BYTES);
    onChunk(chunk.length);
    yield chunk;
  }
}
