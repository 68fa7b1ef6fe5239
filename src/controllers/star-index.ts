import type { User } from "../resources/kinds.ts";

/** How often each repository is starred: kept from the watch, some ten bytes a star. */
export interface StarIndex {
  /** @returns repositories that have another number of stars than before */
  set(user: User): string[];
  /** @returns repositories that have another number of stars than before */
  remove(user: User): string[];
  /** Undefined until every User has been seen: what was counted before stands until then. */
  count(repository: string): number | undefined;
  /** The list starts anew. */
  restart(): void;
  /** Every User has been seen. @returns all repositories that have stars, or had some before the list */
  finish(): string[];
}

export function createStarIndex(): StarIndex {
  const starred = new Map<string, ReadonlySet<string>>();
  const counts = new Map<string, number>();
  const before = new Set<string>();
  let isComplete = false;

  function replace(user: string, next: ReadonlySet<string>): string[] {
    const changed = (starred.get(user) ?? new Set<string>()).symmetricDifference(next);
    for (const repository of changed) {
      const count = (counts.get(repository) ?? 0) + (next.has(repository) ? 1 : -1);
      if (count === 0) counts.delete(repository);
      else counts.set(repository, count);
    }
    if (next.size === 0) starred.delete(user);
    else starred.set(user, next);
    return [...changed];
  }

  return {
    set: ({ metadata, spec }) => replace(metadata.name, new Set(spec.starred)),
    remove: ({ metadata }) => replace(metadata.name, new Set()),
    count: (repository) => (isComplete ? (counts.get(repository) ?? 0) : undefined),
    restart() {
      for (const repository of counts.keys()) before.add(repository);
      starred.clear();
      counts.clear();
      isComplete = false;
    },
    finish() {
      const all = [...before.union(new Set(counts.keys()))];
      before.clear();
      isComplete = true;
      return all;
    },
  };
}
