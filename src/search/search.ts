import type { ResourceStore } from "../resource-store/port.ts";
import { isCaughtUp } from "./caught-up.ts";
import { startFollower } from "./follower.ts";
import { isDamaged, type IndexFile } from "./index-file.ts";
import { openIndexSlot } from "./index-slot.ts";
import type { SearchLogger } from "./logger.ts";
import type { SearchQuery } from "./query.ts";
import type { Reader } from "./reader.ts";
import { countRepositories } from "./repositories.ts";
import type { SearchResult } from "./result.ts";
import { runSearch, runSuggest } from "./run-search.ts";

/** Finds repositories. What it knows is derived from the store, and follows it within milliseconds. */
export interface Search {
  /**
   * One page of what the reader may see.
   * @throws InvalidContinueError
   */
  search(query: SearchQuery, reader: Reader): SearchResult;
  /** Up to 8 names that the text may become. */
  suggest(text: string, reader: Reader): string[];
  /** Resolves when the index shows what the store has; for tests, since it reads all of the store. */
  caughtUp(): Promise<void>;
  /** Repositories in the index, of any visibility. */
  size(): number;
  close(): Promise<void>;
}

export interface SearchOptions {
  /** Of the index file, or `:memory:`. */
  path: string;
  store: ResourceStore;
  /** Of the database that the store is in: after a restore it is another, and the index is made anew. */
  incarnation: string;
  logger: SearchLogger;
}

/** Opens the index and begins to follow the store; an index yet to be built finds less until it is. */
export async function openSearch({ path, store, incarnation, logger }: SearchOptions): Promise<Search> {
  const slot = openIndexSlot(path);
  const follower = startFollower({ slot, store, incarnation, logger });
  const read = <T>(work: (index: IndexFile) => T): T => {
    try {
      return work(slot.current);
    } catch (error) {
      if (isDamaged(error)) follower.rebuild();
      throw error;
    }
  };
  return {
    search: (query, reader) => read((index) => runSearch(index, query, reader)),
    suggest: (text, reader) => read((index) => runSuggest(index, text, reader)),
    caughtUp: async () => {
      for (;;) {
        const change = follower.nextChange();
        if (await isCaughtUp(slot.current, store)) return;
        await change;
      }
    },
    size: () => countRepositories(slot.current),
    close: async () => {
      await follower.stop();
      slot.close();
    },
  };
}
