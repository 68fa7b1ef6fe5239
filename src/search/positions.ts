import { setVersion, type FollowedKind } from "./build-index.ts";
import type { IndexSlot } from "./index-slot.ts";

/** Where the index stands in the watch of each kind. */
export interface Positions {
  set(kind: FollowedKind, resourceVersion: string): void;
  /** Writes now what was not written yet. */
  write(): void;
}

/** What a process that is killed has not written is seen again by the next, which changes nothing. */
const WRITE_AFTER_MS = 500;

/** Writes positions into the index a little later: most events change nothing else there. */
export function createPositions(slot: IndexSlot): Positions {
  const unwritten = new Map<FollowedKind, string>();
  let timer: NodeJS.Timeout | undefined;

  function write(): void {
    clearTimeout(timer);
    timer = undefined;
    const index = slot.current;
    if (unwritten.size === 0) return;
    index.transaction(() => {
      for (const [kind, resourceVersion] of unwritten) setVersion(index, kind, resourceVersion);
    });
    unwritten.clear();
  }

  return {
    set(kind, resourceVersion) {
      unwritten.set(kind, resourceVersion);
      timer ??= setTimeout(writeLater, WRITE_AFTER_MS).unref();
    },
    write,
  };

  function writeLater(): void {
    try {
      write();
    } catch {
      // A file that cannot be written is found at the next change of what it holds, which says so.
    }
  }
}
