import { ANYTHING, type Touched } from "./touched-columns.ts";

/** A version of some columns: it rises with each commit that changes what they hold. */
export interface ColumnsVersion {
  readonly version: number;
}

/** Versions of what queries read, so that what they gave can be given again while nothing of that changes. */
export interface VersionsOfColumns {
  /** @returns the same for as long as the database is open; there are as many as statements that ask */
  of(reads: Touched["reads"]): ColumnsVersion;
  /** To be called after a commit, with what was changed. */
  raise(writes: Iterable<Touched["writes"]>): void;
}

interface Watched {
  version: number;
  reads: ReadonlySet<string>;
}

export function createVersionsOfColumns(): VersionsOfColumns {
  const byTable = new Map<string, Watched[]>();
  const all: Watched[] = [];

  function watchedBy(write: string): Watched[] {
    if (write === ANYTHING) return all;
    const table = tableOf(write);
    const watched = byTable.get(table) ?? [];
    return write === table ? watched : watched.filter(({ reads }) => reads.has(write));
  }

  return {
    of(reads) {
      const watched = { version: 0, reads };
      all.push(watched);
      for (const table of new Set([...reads].map(tableOf))) {
        byTable.set(table, [...(byTable.get(table) ?? []), watched]);
      }
      return watched;
    },
    raise(writes) {
      for (const written of writes) {
        for (const write of written) {
          for (const watched of watchedBy(write)) watched.version += 1;
        }
      }
    },
  };
}

/** Of `table.column`, or of `table`. */
function tableOf(place: string): string {
  return place.split(".", 1)[0] ?? place;
}
