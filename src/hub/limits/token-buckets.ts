import { LRUCache } from "lru-cache";
import type { Rate } from "./rate.ts";

/** Of so many keys it is known what they used: 10 MB. The one that asked least lately is forgotten, and has all again. */
const MAX_KEYS = 50_000;

/** What a key has left. */
export interface Remaining {
  /** Whole ones. */
  count: number;
  /** Until there is one more, when there is none. */
  waitMs: number;
}

/** A bucket a key, that fills evenly, up to the rate's amount, and loses one at each use. */
export interface TokenBuckets {
  rate: Rate;
  /** Takes one. @returns undefined when there is none */
  take(key: string): Remaining | undefined;
  /** What is there, without taking any. */
  look(key: string): Remaining;
}

export function createTokenBuckets(
  rate: Rate,
  { now = () => performance.now(), maxKeys = MAX_KEYS }: { now?: () => number; maxKeys?: number } = {},
): TokenBuckets {
  const perMs = rate.amount / rate.windowMs;
  const buckets = new LRUCache<string, { level: number; at: number }>({ max: maxKeys });

  function levelOf(key: string): number {
    const bucket = buckets.get(key);
    return bucket ? Math.min(rate.amount, bucket.level + (now() - bucket.at) * perMs) : rate.amount;
  }

  function remaining(level: number): Remaining {
    return { count: Math.floor(level), waitMs: level < 1 ? (1 - level) / perMs : 0 };
  }

  return {
    rate,
    take(key) {
      const level = levelOf(key);
      if (level < 1) return undefined;
      buckets.set(key, { level: level - 1, at: now() });
      return remaining(level - 1);
    },
    look: (key) => remaining(levelOf(key)),
  };
}
