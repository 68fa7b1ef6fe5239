import type { BlobStorage } from "../../blob-storage/port.ts";
import { readerOf } from "../blob-reader.ts";
import { startHashThread } from "./hash-thread.ts";
import { createLocalHasher, type Hasher, type HasherOptions } from "./hasher.ts";

export type OpenHasher = (options?: HasherOptions) => Hasher;

/**
 * @param storageUrl what a thread of its own opens, so that hashing takes no time of the event loop; undefined, or
 * storage that is in this process's memory: it is done here, chunk by chunk
 */
export function createOpenHasher(storage: BlobStorage, storageUrl: string | undefined): OpenHasher {
  return (options = {}) =>
    storageUrl === undefined || storageUrl === "memory:"
      ? createLocalHasher(readerOf(storage), options)
      : startHashThread({ storageUrl, ...options });
}
