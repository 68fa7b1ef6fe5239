/** Keys waiting their turn, each once: the groups take turns, and within a group it is first come, first served. */
export interface FairQueue {
  readonly size: number;
  /** @returns false when it waits already */
  add(key: string): boolean;
  /** The next key, out of the groups that `mayTake` allows; undefined when none does. */
  take(mayTake: (group: string) => boolean): string | undefined;
  clear(): void;
}

export function createFairQueue(groupOf: (key: string) => string): FairQueue {
  const groups = new Map<string, Set<string>>();
  let size = 0;

  return {
    get size() {
      return size;
    },

    add(key) {
      const group = groupOf(key);
      const keys = groups.get(group) ?? new Set();
      if (keys.has(key)) return false;
      groups.set(group, keys.add(key));
      size++;
      return true;
    },

    take(mayTake) {
      for (const [group, keys] of groups) {
        if (!mayTake(group)) continue;
        const [key] = keys;
        // The group goes to the end of the line, if it still has a key.
        groups.delete(group);
        if (key === undefined) continue;
        keys.delete(key);
        if (keys.size > 0) groups.set(group, keys);
        size--;
        return key;
      }
      return undefined;
    },

    clear() {
      groups.clear();
      size = 0;
    },
  };
}
