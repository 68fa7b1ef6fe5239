import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "../database/database.ts";
import { dayOf } from "./rows.ts";

/** Days end seldom; a hub that was off for one has a little more to remove. */
const LOOK_EVERY_MS = 60 * 60 * 1000;
/** A hub that has just started has clients that waited for it. */
const FIRST_AFTER_MS = 10 * 60 * 1000;
/** Entries of one transaction: some milliseconds, and others write between two. */
const BATCH = 500;
const PAUSE_MS = 50;

export interface RetentionOptions {
  database: Database;
  /** Whole days that ended longer ago than this go. */
  keepMs: number;
  onError: (error: unknown) => void;
  now: () => number;
}

/** Removes entries that are too old, day by day, for as long as the hub runs. */
export function startRetention(options: RetentionOptions): { close(): Promise<void> } {
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout;

  function plan(afterMs: number): void {
    timer = setTimeout(() => (running = look()), afterMs).unref();
  }

  async function look(): Promise<void> {
    try {
      await removeOldEntries(options, stopping.signal);
    } catch (error) {
      if (!stopping.signal.aborted) options.onError(error);
    }
    if (!stopping.signal.aborted) plan(LOOK_EVERY_MS);
  }

  plan(FIRST_AFTER_MS);
  return {
    async close() {
      stopping.abort();
      clearTimeout(timer);
      await running;
    },
  };
}

/** Removes entries of days that are too old, in small batches. */
export async function removeOldEntries(
  { database, keepMs, now }: Pick<RetentionOptions, "database" | "keepMs" | "now">,
  signal: AbortSignal,
): Promise<void> {
  const firstKept = dayOf(now() - keepMs);
  for (let removed = BATCH; removed === BATCH;) {
    removed = await removeBatch(database, firstKept);
    if (removed === BATCH) await sleep(PAUSE_MS, undefined, { signal });
  }
}

async function removeBatch(database: Database, firstKept: number): Promise<number> {
  return database.write(
    async (transaction) => {
      const old = await transaction
        .selectFrom("audit")
        .select("id")
        .where("day", "<", firstKept)
        .orderBy("day")
        .orderBy("id")
        .limit(BATCH)
        .execute();
      if (old.length === 0) return 0;
      const ids = old.map(({ id }) => id);
      await transaction.deleteFrom("audit").where("id", "in", ids).execute();
      return old.length;
    },
    // What comes back after a power failure is removed again.
    { relaxed: true },
  );
}
