import { hexOf, type Digest } from "../../oci/digest.ts";

/** Digests, in eight bytes each: a million of them fit into 8 MiB. */
export interface DigestSet {
  add(digest: Digest): void;
  /** Call no `add` after the first of these. One in 2^64 / count others is taken for one that was added. */
  has(digest: Digest): boolean;
}

export function createDigestSet(): DigestSet {
  let values = new BigUint64Array(1024);
  let count = 0;
  let sorted: BigUint64Array | undefined;
  return {
    add(digest) {
      if (count === values.length) {
        const grown = new BigUint64Array(2 * count);
        grown.set(values);
        values = grown;
      }
      values[count] = beginningOf(digest);
      count += 1;
    },
    has(digest) {
      sorted ??= values.subarray(0, count).toSorted();
      return includes(sorted, beginningOf(digest));
    },
  };
}

function beginningOf(digest: Digest): bigint {
  return BigInt(`0x${hexOf(digest).slice(0, 16)}`);
}

function includes(sorted: BigUint64Array, value: bigint): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0n) < value) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === value;
}
