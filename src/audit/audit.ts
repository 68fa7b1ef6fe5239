import type { Database, WriteTransaction } from "../database/database.ts";
import { shareRuns } from "../database/shared-run.ts";
import type { AuditEntry, AuditFilter, AuditRecord } from "./entry.ts";
import { createFolding, type Folding } from "./folding.ts";
import { listEntries, readEntries, type AuditPage } from "./list.ts";
import { startRetention } from "./retention.ts";
import { insertEntry, insertTagEntry } from "./rows.ts";

/** What is refused again and again is one entry a minute. */
const REFUSALS_EVERY_MS = 60_000;
/** A client that logs in with each request is one entry an hour. */
const LOG_INS_EVERY_MS = 60 * 60_000;
/** Entries of one transaction: others write between two. */
const BATCH = 500;

/** Who did what, to which resource, from where and when, with what outcome. */
export interface Audit {
  /** Resolves when the entry is on disk; entries that come at the same time share one transaction. */
  record(entry: AuditEntry): Promise<void>;
  /** For what changed nothing: nobody waits, and what is the same within a minute is counted. */
  refused(entry: AuditEntry): void;
  /** The same for a log-in that worked, within an hour. */
  loggedIn(entry: AuditEntry): void;
  /** Adds an entry within the transaction of what it tells of. */
  within(transaction: WriteTransaction, entry: AuditEntry): Promise<void>;
  /** The same, about a tag that is about to be set or deleted. */
  withinTag(
    transaction: WriteTransaction,
    about: { entry: AuditEntry; repository: string; tag: string },
  ): Promise<void>;
  list(filter: AuditFilter, page: { before?: number | undefined; limit: number }): Promise<AuditPage>;
  /** All that is wanted, the newest first, in pages. */
  read(filter: AuditFilter): AsyncIterable<AuditRecord[]>;
  /** Entries taken since the start, those of pushes too, and those that wait to be written. */
  totals(): { taken: number; waiting: number };
  close(): Promise<void>;
}

export interface AuditOptions {
  database: Database;
  /** Entries older than this go. */
  keepMs: number;
  /** Told of entries that nobody waits for and that could not be written. */
  onError: (error: unknown) => void;
  /** Default Date.now. */
  now?: () => number;
}

/** Opens the audit of a hub. */
export function openAudit({ database, keepMs, onError, now = Date.now }: AuditOptions): Audit {
  const refusals = createFolding({ ofAddress: 20, inAll: 300 });
  const logIns = createFolding({ ofAddress: 200, inAll: 5000 });
  const retention = startRetention({ database, keepMs, onError, now });
  let waiting: AuditEntry[] = [];
  let taken = 0;

  const write = shareRuns(async () => {
    const entries = waiting;
    waiting = [];
    for (let start = 0; start < entries.length; start += BATCH) {
      const batch = entries.slice(start, start + BATCH);
      await database.write(async (transaction) => {
        for (const entry of batch) await insertEntry(transaction, entry, now());
      });
    }
  });

  function record(entry: AuditEntry): Promise<void> {
    taken += 1;
    waiting.push(entry);
    return write();
  }

  function add(folding: Folding, entry: AuditEntry): void {
    const first = folding.add(entry);
    if (first) record(first).catch(onError);
  }

  function end(folding: Folding): void {
    for (const entry of folding.end()) record(entry).catch(onError);
  }

  const timers = [
    setInterval(() => end(refusals), REFUSALS_EVERY_MS).unref(),
    setInterval(() => end(logIns), LOG_INS_EVERY_MS).unref(),
  ];

  return {
    record,
    refused: (entry) => add(refusals, entry),
    loggedIn: (entry) => add(logIns, entry),
    within(transaction, entry) {
      taken += 1;
      return insertEntry(transaction, entry, now());
    },
    withinTag(transaction, about) {
      taken += 1;
      return insertTagEntry(transaction, about, now());
    },
    list: (filter, page) => listEntries(database, filter, page),
    read: (filter) => readEntries(database, filter),
    totals: () => ({ taken, waiting: waiting.length }),
    async close() {
      for (const timer of timers) clearInterval(timer);
      await retention.close();
      for (const folding of [refusals, logIns]) end(folding);
      await write();
    },
  };
}
