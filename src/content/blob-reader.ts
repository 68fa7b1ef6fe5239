import type { Readable } from "node:stream";
import { BlobNotFoundError } from "../blob-storage/errors.ts";
import { openBlobStorage } from "../blob-storage/open.ts";
import type { BlobStorage, ByteRange } from "../blob-storage/port.ts";
import type { Digest } from "../oci/digest.ts";

/** Reads stored bytes without a database; for threads beside the hub, which get a storage's URL and nothing else. */
export interface BlobReader {
  /** @returns undefined when there is no such blob */
  read(digest: Digest, range?: ByteRange): Promise<Readable | undefined>;
  close(): Promise<void>;
}

/** Opens the storage at a URL, such as `file:/var/lib/imagehub/storage`, to read from. */
export async function openBlobReader(storageUrl: string): Promise<BlobReader> {
  const storage = await openBlobStorage(storageUrl, { ownThread: true });
  return { ...readerOf(storage), close: () => storage.close() };
}

/** Reads from a storage that is open. */
export function readerOf(storage: BlobStorage): Pick<BlobReader, "read"> {
  return {
    async read(digest, range) {
      try {
        return await storage.read(digest, range);
      } catch (error) {
        if (error instanceof BlobNotFoundError) return undefined;
        throw error;
      }
    },
  };
}
