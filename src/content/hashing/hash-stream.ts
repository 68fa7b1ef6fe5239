import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { finishDigest, type Digest, type DigestAlgorithm } from "../../oci/digest.ts";

export interface Hashed {
  digest: Digest;
  sizeBytes: number;
}

/** Waits after each chunk until no more bytes have passed than the rate allows. */
export type Pace = (bytes: number) => Promise<void>;

/** Hashes a stream chunk by chunk; only one chunk is held. */
export async function hashStream(
  stream: AsyncIterable<Uint8Array>,
  algorithm: DigestAlgorithm,
  pace: Pace,
): Promise<Hashed> {
  const hash = createHash(algorithm);
  let sizeBytes = 0;
  for await (const chunk of stream) {
    hash.update(chunk);
    sizeBytes += chunk.byteLength;
    await pace(chunk.byteLength);
  }
  return { digest: finishDigest(hash, algorithm), sizeBytes };
}

/** @param bytesPerSecond undefined: as fast as it goes */
export function createPace(bytesPerSecond: number | undefined): Pace {
  if (bytesPerSecond === undefined) return () => Promise.resolve();
  /** When the bytes so far would have passed at the rate; time that nothing was asked for is not saved up. */
  let dueAt = performance.now();
  return async (bytes) => {
    dueAt = Math.max(dueAt, performance.now() - BURST_MS) + (bytes / bytesPerSecond) * 1000;
    const aheadMs = dueAt - performance.now();
    if (aheadMs > 1) await sleep(aheadMs);
  };
}

const BURST_MS = 100;
