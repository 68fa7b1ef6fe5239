import { createHash, randomUUID, type Hash } from "node:crypto";
import { createBlobLinks } from "../../blob-storage/blob-links.ts";
import { BlobNotFoundError } from "../../blob-storage/errors.ts";
import { fileStoragePath } from "../../blob-storage/open.ts";
import type { BlobStorage } from "../../blob-storage/port.ts";
import { algorithmOf, finishDigest } from "../../oci/digest.ts";
import type { DumpedBlob } from "./dumped-blobs.ts";

/** A storage, and the URL that it was opened by. */
export interface BlobPlace {
  storage: BlobStorage;
  url: string;
}

/** What became of a blob: it was there before, a link or a copy was made, or it is not as its row says. */
export type CopyOutcome = "there" | "linked" | "copied" | "missing" | "damaged";

export interface BlobCopier {
  /** Sees to it that the other storage has a blob, durably. @throws StorageFullError, and what storage throws */
  copy(blob: DumpedBlob): Promise<CopyOutcome>;
  close(): Promise<void>;
}

export interface BlobCopierOptions {
  from: BlobPlace;
  to: BlobPlace;
  /** Copy bytes, also where a link would do. */
  alwaysCopy: boolean;
  signal?: AbortSignal | undefined;
}

/** Copies are checked against their digest as they pass; what does not hash to it is not stored. */
export function createBlobCopier({ from, to, alwaysCopy, signal }: BlobCopierOptions): BlobCopier {
  const links = alwaysCopy ? undefined : linksBetween(from, to);

  async function copyBytes({ digest, sizeBytes }: DumpedBlob): Promise<CopyOutcome> {
    const upload = randomUUID();
    const hash = createHash(algorithmOf(digest));
    try {
      const body = await from.storage.read(digest);
      const copied = await to.storage.append(upload, passing(body, { hash, signal }), { offset: 0 });
      if (copied === sizeBytes && finishDigest(hash, algorithmOf(digest)) === digest) {
        await to.storage.finish(upload, digest);
        return "copied";
      }
      await to.storage.cancel(upload);
      return "damaged";
    } catch (error) {
      await to.storage.cancel(upload);
      if (error instanceof BlobNotFoundError) return "missing";
      throw error;
    }
  }

  return {
    async copy(blob) {
      if ((await to.storage.stat(blob.digest)) === blob.sizeBytes) return "there";
      const found = await from.storage.stat(blob.digest);
      if (found === undefined) return "missing";
      if (found !== blob.sizeBytes) return "damaged";
      return (await links?.link(blob.digest)) === true ? "linked" : copyBytes(blob);
    },
    close: async () => links?.close(),
  };
}

function linksBetween(from: BlobPlace, to: BlobPlace): ReturnType<typeof createBlobLinks> | undefined {
  const [fromFolder, toFolder] = [fileStoragePath(from.url), fileStoragePath(to.url)];
  if (fromFolder === undefined || toFolder === undefined) return undefined;
  return createBlobLinks(fromFolder, toFolder);
}

async function* passing(
  body: AsyncIterable<Uint8Array>,
  { hash, signal }: { hash: Hash; signal: AbortSignal | undefined },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    signal?.throwIfAborted();
    hash.update(chunk);
    yield chunk;
  }
}
