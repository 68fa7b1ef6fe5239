import { resolve } from "node:path";
import { Kysely } from "kysely";
import { createCheckpointer } from "./checkpointer.ts";
import { createCommitGroups } from "./commit-groups.ts";
import type { Database } from "./database.ts";
import { DatabaseFailedError, openingError } from "./errors.ts";
import { createVersionsOfColumns } from "./versions-of-columns.ts";
import { makeFolderOf } from "./make-folder-of.ts";
import { migrate } from "./migrate.ts";
import { readIncarnation } from "./settings.ts";
import { shareRuns } from "./shared-run.ts";
import { openSqliteConnection, type SqliteConnection } from "./sqlite-connection.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";
import { openSqliteSnapshot } from "./sqlite-snapshot.ts";
import type { Tables } from "./tables.ts";
import {
  openWriteAheadLog,
  syncData,
  syncFolderOf,
  type SyncFile,
  type WriteAheadLog,
} from "./write-ahead-log.ts";

export interface SqliteOptions {
  /** For tests: how the file is opened, once to write and once to read. Default openSqliteConnection. */
  openConnection?: typeof openSqliteConnection;
  /** For tests: how the write-ahead log gets to disk. Default fdatasync, on a thread of the pool. */
  syncFile?: SyncFile;
  /** Pages in the write-ahead log at which a checkpoint begins. Default 32,768, which is 128 MiB. */
  checkpointPages?: number;
}

/**
 * A longer log slows the recovery after a crash, by some tenths of a second here; a shorter one writes pages that many
 * transactions change more often into the database file, and syncs that.
 */
const CHECKPOINT_PAGES = 32_768;

/**
 * Opens an SQLite file, made when it is not there.
 *
 * What `synchronous = FULL` guarantees holds: a write that was acknowledged is on disk. The sync is ours: with NORMAL,
 * COMMIT appends to the write-ahead log without a sync, and `write` resolves after an fdatasync of it that began later.
 * Recovery takes the log up to the first frame whose checksum fails, so what was not synced can be lost, never mixed.
 * @throws DatabaseFolderError, DatabaseFileError, DatabaseFullError; DatabaseVersionError when a newer program has
 * migrated it
 */
export async function openSqlite(path: string, options: SqliteOptions = {}): Promise<Database> {
  const file = resolve(path);
  await makeFolderOf(file);
  try {
    return await openFile(file, options);
  } catch (error) {
    throw openingError(file, error);
  }
}

async function openFile(file: string, options: SqliteOptions): Promise<Database> {
  const { openConnection = openSqliteConnection } = options;
  const writer = openConnection(file, [
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
  const { openConnection = openSqliteConnection } = options;
  const reader = openConnection(file, ["query_only = on"]);
  const read = new Kysely<Tables>({ dialect: sqliteDialect(reader) });
  const failure = new AbortController();
  const groups = createCommitGroups(writer, { afterCommit });
  const versions = createVersionsOfColumns();
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
    exclusively: groups.exclusively,
    onError: fail,
  });

  function fail(cause: unknown): void {
    if (!failure.signal.aborted) failure.abort(new DatabaseFailedError({ cause }));
  }

  async function syncOrFail(): Promise<void> {
    await sync().catch(fail);
    failure.signal.throwIfAborted();
  }

  function afterCommit(): void {
    commits += 1;
    versions.raise(writer.takeWrites());
    checkpointer.afterCommit();
  }

  return {
    kind: "sqlite",
    read,
    incarnation,
    failed: failure.signal,
    async execute<Row>({ sql, parameters }: { sql: string; parameters: readonly unknown[] }) {
      return reader.run(sql, parameters).rows as Row[];
    },
    openSnapshot: async () => openSqliteSnapshot(file),
    async write(work, { relaxed = false } = {}) {
      failure.signal.throwIfAborted();
      const result = await groups.write(work);
      if (!relaxed) await syncOrFail();
      return result;
    },
    commits: () => commits,
    versionOf: (sql) => versions.of(reader.reads(sql)),
    async durable() {
      if (syncedCommits !== commits) await syncOrFail();
    },
    async close() {
      await groups.exclusively(() => Promise.resolve());
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
