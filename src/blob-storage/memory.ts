import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Digest } from "../oci/digest.ts";
import { BlobNotFoundError, UploadNotFoundError, UploadOffsetError } from "./errors.ts";
import type { BlobStorage, ByteRange } from "./port.ts";

/** A storage that ends with the process: for tests, and to try the hub without a trace. */
export function createMemoryStorage(): BlobStorage {
  const blobs = new Map<Digest, Buffer>();
  const uploads = new Map<string, Buffer>();
  return {
    stat: async (digest) => blobs.get(digest)?.length,

    read: async (digest, range) => readBlob(digest, range),

    async send(digest, sink, { range, onOpen } = {}) {
      const stream = readBlob(digest, range);
      onOpen?.();
      await pipeline(stream, sink);
    },

    async delete(digest) {
      blobs.delete(digest);
    },

    async *list() {
      for (const [digest, bytes] of blobs) {
        yield { digest, sizeBytes: bytes.length };
      }
    },

    async append(upload, body, { offset, onChunk }) {
      const before = uploads.get(upload) ?? Buffer.alloc(0);
      if (before.length !== offset) {
        throw new UploadOffsetError(upload, { offset, expected: before.length });
      }
      const chunks: Uint8Array[] = [before];
      let sizeBytes = offset;
      try {
        for await (const chunk of body) {
          onChunk?.(chunk);
          chunks.push(chunk);
          sizeBytes += chunk.length;
        }
      } finally {
        uploads.set(upload, Buffer.concat(chunks, sizeBytes));
      }
      return sizeBytes;
    },

    uploadSize: async (upload) => uploads.get(upload)?.length,

    async readUpload(upload) {
      return streamOf(existing(upload));
    },

    async finish(upload, digest) {
      const bytes = existing(upload);
      if (!blobs.has(digest)) {
        blobs.set(digest, bytes);
      }
      uploads.delete(upload);
    },

    async cancel(upload) {
      uploads.delete(upload);
    },

    async *listUploads() {
      yield* uploads.keys();
    },

    check: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };

  function readBlob(digest: Digest, range?: ByteRange): Readable {
    const bytes = blobs.get(digest);
    if (bytes === undefined) {
      throw new BlobNotFoundError(digest);
    }
    return streamOf(range === undefined ? bytes : bytes.subarray(range.start, range.end + 1));
  }

  function existing(upload: string): Buffer {
    const bytes = uploads.get(upload);
    if (bytes === undefined) {
      throw new UploadNotFoundError(upload);
    }
    return bytes;
  }
}

/** One chunk, also for an empty one, which would end the stream at once. */
function streamOf(bytes: Buffer): Readable {
  return Readable.from(bytes.length === 0 ? [] : [bytes], { objectMode: false });
}
