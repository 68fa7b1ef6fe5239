import { createOpenHasher } from "../../content/hashing/open-hasher.ts";
import { createBlobCopier } from "./blob-copier.ts";
import type { CopyBlobsOptions } from "./copy-blobs.ts";
import type { DumpedBlob } from "./dumped-blobs.ts";
import type { LostBlobs } from "./lost-blobs.ts";
import { verifyBlobs } from "./verify-blobs.ts";

/**
 * Reads all blobs that were copied, now or earlier, and puts a whole copy in the place of each that is damaged. Where
 * the original is not whole either, nothing is removed.
 * @returns those that are not there, or stay damaged
 */
export async function mendBlobs(
  blobs: AsyncIterable<DumpedBlob>,
  options: CopyBlobsOptions,
): Promise<LostBlobs> {
  const { from, to } = options;
  const hasher = createOpenHasher(from.storage, from.url)();
  const copier = createBlobCopier(options);

  async function mend(blob: DumpedBlob): Promise<boolean> {
    const original = await hasher.hash(blob.digest);
    // One of another size than its row says would not be copied.
    if (original?.digest !== blob.digest || original.sizeBytes !== blob.sizeBytes) return false;
    // What has the size of its blob would not be copied again.
    await to.storage.delete(blob.digest);
    return ["copied", "linked"].includes(await copier.copy(blob));
  }

  try {
    return await verifyBlobs(blobs, to, { ...options, byDigest: true, mend });
  } finally {
    await copier.close();
    await hasher.close();
  }
}
