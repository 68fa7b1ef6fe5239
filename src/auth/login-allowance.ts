import { LRUCache } from "lru-cache";

/** Keys remembered; an attacker who has so many addresses gains by forgetting no more than by having them. */
const MAX_KEYS = 20_000;

/** A token bucket for each key, full at first. */
export interface Allowance {
  /** Until when the key has one to take, in milliseconds; 0: it has. */
  waitMs(key: string): number;
  take(key: string): void;
}

/**
 * Buckets as one time each (the generic cell rate algorithm, ITU-T I.371): when the key's bucket is full again.
 * @param options.burst what a full bucket holds
 * @param options.everyMs how often one is added
 */
export function createAllowance(
  { burst, everyMs }: { burst: number; everyMs: number },
  now: () => number,
): Allowance {
  const fullAt = new LRUCache<string, number>({ max: MAX_KEYS });
  return {
    waitMs: (key) => Math.max(0, (fullAt.get(key) ?? 0) - now() - (burst - 1) * everyMs),
    take(key) {
      fullAt.set(key, Math.max(fullAt.get(key) ?? 0, now()) + everyMs);
    },
  };
}
