import { createHash, type Hash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { UploadChangedError } from "../blob-storage/errors.ts";
import type { BlobStorage } from "../blob-storage/port.ts";
import { algorithmOf, finishDigest, type Digest, type DigestAlgorithm } from "../oci/digest.ts";

/** Hashes kept for uploads under way; an older one is made again from the stored bytes. */
const MAX_HASHES = 10_000;

interface RunningHash {
  algorithm: DigestAlgorithm;
  hash: Hash;
  sizeBytes: number;
}

/**
 * Hashes of uploads, fed while their bytes pass. A hash cannot be saved, so after a restart, a broken append or
 * another algorithm the stored bytes are read again.
 */
export interface UploadHashes {
  /** A function to feed with the bytes that follow `offset`, in order; call `settle` when all are stored. */
  begin(upload: string, options: { offset: number; algorithm: DigestAlgorithm }): (chunk: Uint8Array) => void;
  /** Keeps the hash if it has seen exactly the bytes that are stored, else forgets it. */
  settle(upload: string, storedBytes: number): void;
  /** The digest of all bytes of an upload. @throws UploadChangedError when it has another size by now */
  digest(upload: string, options: { expected: Digest; sizeBytes: number }): Promise<Digest>;
  forget(upload: string): void;
}

export function createUploadHashes(storage: BlobStorage): UploadHashes {
  const running = new LRUCache<string, RunningHash>({ max: MAX_HASHES });
  return {
    begin(upload, { offset, algorithm }) {
      const known = running.get(upload);
      const state = offset === 0 ? newHash(algorithm) : known?.sizeBytes === offset ? known : undefined;
      if (!state) return () => undefined;
      running.set(upload, state);
      return (chunk) => {
        state.hash.update(chunk);
        state.sizeBytes += chunk.byteLength;
      };
    },

    settle(upload, storedBytes) {
      if (running.get(upload)?.sizeBytes !== storedBytes) running.delete(upload);
    },

    async digest(upload, { expected, sizeBytes }) {
      const algorithm = algorithmOf(expected);
      const known = running.get(upload);
      // A copy, so that a wrong digest leaves the upload as it was.
      if (known?.algorithm === algorithm && known.sizeBytes === sizeBytes)
        return finishDigest(known.hash.copy(), algorithm);
      // Another hub may have written what is read now, and not what passed here.
      running.delete(upload);
      return hashStored(storage, upload, { algorithm, sizeBytes });
    },

    forget(upload) {
      running.delete(upload);
    },
  };
}

function newHash(algorithm: DigestAlgorithm): RunningHash {
  return { algorithm, hash: createHash(algorithm), sizeBytes: 0 };
}

async function hashStored(
  storage: BlobStorage,
  upload: string,
  { algorithm, sizeBytes }: { algorithm: DigestAlgorithm; sizeBytes: number },
): Promise<Digest> {
  const state = newHash(algorithm);
  for await (const chunk of await storage.readUpload(upload)) {
    state.hash.update(chunk as Uint8Array);
    state.sizeBytes += (chunk as Uint8Array).byteLength;
  }
  if (state.sizeBytes !== sizeBytes) throw new UploadChangedError(upload);
  return finishDigest(state.hash, algorithm);
}
