import { createOpenHasher } from "../../content/hashing/open-hasher.ts";
import { forEachAtOnce } from "./at-once.ts";
import type { BlobPlace } from "./blob-copier.ts";
import type { DumpedBlob } from "./dumped-blobs.ts";
import { addLost, type LostBlobs } from "./lost-blobs.ts";
import type { OnProgress } from "./progress.ts";

export interface VerifyBlobsOptions {
  /** Read each blob and hash it; otherwise only its size is looked at. */
  byDigest: boolean;
  total: number;
  signal?: AbortSignal | undefined;
  onProgress: OnProgress;
  /** Tries to put a damaged blob right. Default: it stays damaged. @returns whether it is whole now */
  mend?: ((blob: DumpedBlob) => Promise<boolean>) | undefined;
}

/** Looks for blobs in a storage; bytes are read beside the event loop. @returns those that it has not, or not whole */
export async function verifyBlobs(
  blobs: AsyncIterable<DumpedBlob>,
  { storage, url }: BlobPlace,
  { byDigest, total, signal, onProgress, mend }: VerifyBlobsOptions,
): Promise<LostBlobs> {
  const hasher = createOpenHasher(storage, url)();
  const lost: LostBlobs = { count: 0, named: [] };
  let done = 0;

  async function look({ digest, sizeBytes }: DumpedBlob): Promise<"whole" | "missing" | "damaged"> {
    const found = await storage.stat(digest);
    if (found === undefined) return "missing";
    if (found !== sizeBytes) return "damaged";
    return !byDigest || (await hasher.hash(digest))?.digest === digest ? "whole" : "damaged";
  }

  try {
    await forEachAtOnce(blobs, async (blob) => {
      signal?.throwIfAborted();
      const verdict = await look(blob);
      const isWhole = verdict === "whole" || (verdict === "damaged" && (await mend?.(blob)) === true);
      if (!isWhole) addLost(lost, blob.digest, verdict);
      done += 1;
      onProgress({ phase: "verify", done, total });
    });
    return lost;
  } finally {
    await hasher.close();
  }
}
