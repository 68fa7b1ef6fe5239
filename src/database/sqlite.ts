import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Kysely } from "kysely";
import { createCheckpointer } from "./checkpointer.ts";
import type { Database, WriteTransaction } from "./database.ts";
import { DatabaseFailedError, DatabaseFullError, isFull } from "./errors.ts";
import { migrate } from "./migrate.ts";
import { readIncarnation } from "./settings.ts";
import { shareRuns } from "./shared-run.ts";
import { openSqliteConnection, type SqliteConnection } from "./sqlite-connection.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";
import type { Tables } from "./tables.ts";
import {
  openWriteAheadLog,
  syncData,
  syncFolderOf,
  type SyncFile,
  type WriteAheadLog,
} from "./write-ahead-log.ts";
import { createWriteQueue } from "./write-queue.ts";

export interface SqliteOptions {
  /** For tests: how the write-ahead log gets to disk. Default fdatasync, on a thread of the pool. */
  syncFile?: SyncFile;
  /** Pages in the write-ahead log at which a checkpoint begins. Default 8192, which is 32 MiB. */
  checkpointPages?: number;
}

/** A longer log slows the recovery after a crash; a shorter one syncs the database file more often. */
const CHECKPOINT_PAGES = 8192;

/**
 * Opens an SQLite file, made when it is not there.
 *
 * What `synchronous = FULL` guarantees holds: a write that was acknowledged is on disk. The sync is ours: with NORMAL,
 * COMMIT appends to the write-ahead log without a sync, and `write` resolves after an fdatasync of it that began later.
 * Recovery takes the log up to the first frame whose checksum fails, so what was not synced can be lost, never mixed.
 */
export async function openSqlite(path: string, options: SqliteOptions = {}): Promise<Database> {
  const file = resolve(path);
  await mkdir(dirname(file), { recursive: true });
  const writer = openSqliteConnection(file, [
    "journal_mode = wal",
    "synchronous = normal",
    "wal_autocheckpoint = 0",
  ]);
  const kyselyWriter = new Kysely<Tables>({ dialect: sqliteDialect(writer) });
  try {
    await migrate(kyselyWriter, "sqlite");
    const log = await openWriteAheadLog(file, {
      pageSize: Number(writer.run("PRAGMA page_size", []).rows[0]?.["page_size"]),
      syncFile: options.syncFile ?? syncData,
    });
    // Also makes durable what an earlier process committed and could not sync, since readers see it from now on.
    await log.sync();
    await syncFolderOf(file);
    const incarnation = await readIncarnation(kyselyWriter);
    return sqliteDatabase({ file, writer, kyselyWriter, log, incarnation, options });
  } catch (error) {
    await kyselyWriter.destroy();
    throw error;
  }
}

interface Parts {
  file: string;
  writer: SqliteConnection;
  kyselyWriter: Kysely<Tables>;
  log: WriteAheadLog;
  incarnation: string;
  options: SqliteOptions;
}

function sqliteDatabase({ file, writer, kyselyWriter, log, incarnation, options }: Parts): Database {
  const reader = openSqliteConnection(file, ["query_only = on"]);
  const read = new Kysely<Tables>({ dialect: sqliteDialect(reader) });
  const failure = new AbortController();
  const queue = createWriteQueue();
  let commits = 0;
  let syncedCommits = 0;
  const sync = shareRuns(async () => {
    const covered = commits;
    await log.sync();
    syncedCommits = covered;
  });
  const checkpointer = createCheckpointer({
    file,
    log,
    pages: options.checkpointPages ?? CHECKPOINT_PAGES,
    exclusively: queue,
    onError: fail,
  });

  function fail(cause: unknown): void {
    if (!failure.signal.aborted) failure.abort(new DatabaseFailedError({ cause }));
  }

  async function syncOrFail(): Promise<void> {
    await sync().catch(fail);
    failure.signal.throwIfAborted();
  }

  async function transact<T>(work: (transaction: WriteTransaction) => Promise<T>): Promise<T> {
    failure.signal.throwIfAborted();
    const result = await kyselyWriter.transaction().execute(work).catch(throwTyped);
    commits += 1;
    checkpointer.afterCommit();
    return result;
  }

  return {
    kind: "sqlite",
    read,
    incarnation,
    failed: failure.signal,
    async execute<Row>({ sql, parameters }: { sql: string; parameters: readonly unknown[] }) {
      return reader.run(sql, parameters).rows as Row[];
    },
    async write(work, { relaxed = false } = {}) {
      const result = await queue(() => transact(work));
      if (!relaxed) await syncOrFail();
      return result;
    },
    async durable() {
      if (syncedCommits !== commits) await syncOrFail();
    },
    async close() {
      await queue(() => Promise.resolve());
      await checkpointer.close();
      if (!failure.signal.aborted) await sync();
      await read.destroy();
      // The last connection's close takes the rest of the log into the database file.
      await kyselyWriter.destroy();
      if (writer.database.isOpen) writer.close();
      await log.close();
    },
  };
}

function throwTyped(error: unknown): never {
  if (isFull(error)) throw new DatabaseFullError({ cause: error });
  throw error;
}
