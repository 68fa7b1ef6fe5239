import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Digest } from "../oci/digest.ts";
import {
  BlobNotFoundError,
  NamedFileNotFoundError,
  UploadNotFoundError,
  UploadOffsetError,
} from "./errors.ts";
import type { BlobStorage, ByteRange } from "./port.ts";
import { requireFileName, type NamedFiles } from "./named-files.ts";

interface Stored {
  bytes: Buffer;
  modifiedAt: Date;
}

/**
 * A storage that ends with the process: for tests, and to try the hub without a trace.
 * @param options.now default Date.now
 */
export function createMemoryStorage({ now = Date.now }: { now?: () => number } = {}): BlobStorage {
  const blobs = new Map<Digest, Stored>();
  const uploads = new Map<string, Stored>();
  return {
    stat: async (digest) => blobs.get(digest)?.bytes.length,

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
      for (const [digest, { bytes, modifiedAt }] of blobs) {
        yield { digest, sizeBytes: bytes.length, modifiedAt };
      }
    },

    async append(upload, body, { offset, onChunk }) {
      const before = uploads.get(upload)?.bytes ?? Buffer.alloc(0);
      if (before.length !== offset) {
        throw new UploadOffsetError(upload, { offset, expected: before.length });
      }
      const chunks: Uint8Array[] = [before];
      let sizeBytes = offset;
      try {
        for await (const chunk of body) {
          onChunk?.(chunk);
          chunks.push(Buffer.from(chunk));
          sizeBytes += chunk.length;
        }
      } finally {
        uploads.set(upload, { bytes: Buffer.concat(chunks, sizeBytes), modifiedAt: new Date(now()) });
      }
      return sizeBytes;
    },

    uploadSize: async (upload) => uploads.get(upload)?.bytes.length,

    async readUpload(upload) {
      return streamOf(existing(upload).bytes);
    },

    async finish(upload, digest) {
      const stored = existing(upload);
      if (!blobs.has(digest)) {
        blobs.set(digest, stored);
      }
      uploads.delete(upload);
    },

    async cancel(upload) {
      uploads.delete(upload);
    },

    async *listUploads() {
      for (const [upload, { bytes, modifiedAt }] of uploads) {
        yield { upload, sizeBytes: bytes.length, modifiedAt };
      }
    },

    snapshots: createMemoryNamedFiles(now),
    quarantine: createMemoryNamedFiles(now),
    check: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };

  function readBlob(digest: Digest, range?: ByteRange): Readable {
    const bytes = blobs.get(digest)?.bytes;
    if (bytes === undefined) {
      throw new BlobNotFoundError(digest);
    }
    return streamOf(range === undefined ? bytes : bytes.subarray(range.start, range.end + 1));
  }

  function existing(upload: string): Stored {
    const stored = uploads.get(upload);
    if (stored === undefined) {
      throw new UploadNotFoundError(upload);
    }
    return stored;
  }
}

function createMemoryNamedFiles(now: () => number): NamedFiles {
  const files = new Map<string, Stored>();
  return {
    async write(name, body) {
      requireFileName(name);
      const bytes = Buffer.concat(await Array.fromAsync(body));
      files.set(name, { bytes, modifiedAt: new Date(now()) });
    },

    async *list() {
      for (const [name, { bytes, modifiedAt }] of files) {
        yield { name, sizeBytes: bytes.length, modifiedAt };
      }
    },

    async read(name) {
      const stored = files.get(requireFileName(name));
      if (stored === undefined) {
        throw new NamedFileNotFoundError(name);
      }
      return streamOf(stored.bytes);
    },

    async delete(name) {
      files.delete(requireFileName(name));
    },
  };
}

/** One chunk, also for an empty one, which would end the stream at once. */
function streamOf(bytes: Buffer): Readable {
  return Readable.from(bytes.length === 0 ? [] : [bytes], { objectMode: false });
}
