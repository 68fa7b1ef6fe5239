import type { WriteTransaction } from "./database.ts";
import { DatabaseFullError, isFull } from "./errors.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import { sqliteTransaction } from "./sqlite-dialect.ts";
import { createWriteQueue, type WriteQueue } from "./write-queue.ts";

/**
 * Writes of an SQLite connection, one after the other; those that come close together share one transaction, each in
 * a savepoint of its own. A commit writes every page that it touched into the log: pages that neighbours touch, such
 * as the upper ones of an index, are written once for all of them.
 */
export interface CommitGroups {
  /** Runs `work`; resolves when it is committed, rejects when it or its group's commit failed. */
  write<T>(work: (transaction: WriteTransaction) => Promise<T>): Promise<T>;
  /** Runs a job while no transaction is open. */
  exclusively: WriteQueue;
}

/** More come at once in a burst alone; a group's pages are held in memory, and all of it fails with the disk. */
const MAX_WRITES = 64;

interface Group {
  writes: number;
  committed: PromiseWithResolvers<void>;
}

export function createCommitGroups(
  connection: SqliteConnection,
  { afterCommit }: { afterCommit: () => void },
): CommitGroups {
  const queue = createWriteQueue();
  const transaction = sqliteTransaction(connection);
  let open: Group | undefined;

  function begin(): Group {
    // One is left over where it could not be rolled back: nothing of it was acknowledged.
    rollBack();
    // Takes the write lock now: a transaction that reads first could not get it later.
    connection.run("BEGIN IMMEDIATE", []);
    const group = { writes: 0, committed: Promise.withResolvers<void>() };
    // A failure is seen by each write of the group; there may be none that waits yet.
    group.committed.promise.catch(() => undefined);
    open = group;
    // What came with this turn of the event loop goes along.
    setImmediate(() => queue(async () => end(group)));
    return group;
  }

  function end(group: Group | undefined): void {
    if (group === undefined || group !== open) return;
    open = undefined;
    try {
      connection.run("COMMIT", []);
      group.committed.resolve();
    } catch (error) {
      fail(group, typed(error));
      tryRollBack();
    } finally {
      // One that failed may have been made all the same.
      afterCommit();
    }
  }

  /** After some errors, such as a full disk, SQLite has done so by itself. */
  function rollBack(): void {
    if (connection.database.isTransaction) connection.run("ROLLBACK", []);
  }

  function tryRollBack(): void {
    try {
      rollBack();
    } catch {
      // The next that begins tries again, and tells if it still fails.
    }
  }

  function fail(group: Group, error: unknown): void {
    if (open === group) open = undefined;
    group.committed.reject(error);
  }

  /** Whole or not at all. */
  async function runPart<T>(work: (transaction: WriteTransaction) => Promise<T>): Promise<T> {
    connection.run("SAVEPOINT part", []);
    try {
      const result = await work(transaction);
      connection.run("RELEASE part", []);
      return result;
    } catch (error) {
      takeBackPart();
      throw typed(error);
    }
  }

  /** With all of its group, where it cannot be done alone: half of a write must not be committed. */
  function takeBackPart(): void {
    if (!connection.database.isTransaction) return;
    try {
      connection.run("ROLLBACK TO part", []);
      connection.run("RELEASE part", []);
    } catch (error) {
      if (open) fail(open, typed(error));
      tryRollBack();
    }
  }

  return {
    async write(work) {
      const { outcome, committed } = await queue(async () => {
        const group = open ?? begin();
        group.writes += 1;
        const [part] = await Promise.allSettled([runPart(work)]);
        if (part.status === "rejected" && !connection.database.isTransaction) fail(group, part.reason);
        if (group.writes >= MAX_WRITES) end(group);
        return { outcome: part, committed: group.committed.promise };
      });
      // Also one that failed: it may have met what another of its group wrote, which nobody can read before that.
      await committed;
      if (outcome.status === "rejected") throw outcome.reason;
      return outcome.value;
    },

    exclusively: (job) =>
      queue(() => {
        end(open);
        return job();
      }),
  };
}

function typed(error: unknown): unknown {
  return isFull(error) ? new DatabaseFullError({ cause: error }) : error;
}
