import { closeSync, openSync } from "node:fs";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { LRUCache } from "lru-cache";
import { tellTouched, type Touched } from "./touched-columns.ts";

/** Preparing costs more than running; the hub has some hundred statements, and lists of values make a few more. */
const PREPARED_STATEMENTS = 500;
/** How long to wait for another process, such as a backup, that holds a lock. */
const BUSY_TIMEOUT_MS = 10_000;
/** A page cache of 8 MiB a connection: the upper levels of the indexes; the system caches the file itself. */
const CACHE_KIB = 8192;

/** One connection to an SQLite file, which remembers the statements it prepared. Calls run on this thread. */
export interface SqliteConnection {
  readonly database: DatabaseSync;
  run(sql: string, parameters: readonly unknown[]): SqliteResult;
  /** The columns that a query reads. */
  reads(sql: string): Touched["reads"];
  /** What was run since this was called before may have changed. */
  takeWrites(): ReadonlySet<Touched["writes"]>;
  close(): void;
}

export interface SqliteResult {
  rows: Record<string, unknown>[];
  changes?: number | bigint;
  lastInsertRowid?: number | bigint;
}

/** @param pragmas what sets this connection apart, as `name = value` */
export function openSqliteConnection(path: string, pragmas: string[]): SqliteConnection {
  makeForOwner(path);
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
  for (const pragma of [`cache_size = -${CACHE_KIB}`, "temp_store = memory", ...pragmas]) {
    database.exec(`PRAGMA ${pragma}`);
  }
  const telling = tellTouched(database);
  const statements = new LRUCache<string, PreparedStatement>({ max: PREPARED_STATEMENTS });
  let written = new Set<Touched["writes"]>();

  function prepared(sql: string): PreparedStatement {
    const known = statements.get(sql);
    if (known) return known;
    const { prepared: statement, reads, writes } = telling(() => database.prepare(sql));
    const made = { statement, hasRows: statement.columns().length > 0, reads, writes };
    statements.set(sql, made);
    return made;
  }

  return {
    database,
    run(sql, parameters) {
      const statement = prepared(sql);
      if (statement.writes.size > 0) written.add(statement.writes);
      return runStatement(statement, parameters);
    },
    reads: (sql) => prepared(sql).reads,
    takeWrites() {
      const taken = written;
      written = new Set();
      return taken;
    },
    close() {
      statements.clear();
      database.close();
    },
  };
}

/**
 * Makes a file that only its owner reads, for it holds password hashes and keys; SQLite gives its `-wal` and `-shm` the
 * same mode. Whatever stands in the way is told by SQLite.
 */
function makeForOwner(path: string): void {
  try {
    closeSync(openSync(path, "wx", OWNER_ALONE));
  } catch {
    // It is there, or SQLite cannot make it either.
  }
}

const OWNER_ALONE = 0o600;

interface PreparedStatement extends Touched {
  statement: StatementSync;
  hasRows: boolean;
}

function runStatement(
  { statement, hasRows }: PreparedStatement,
  parameters: readonly unknown[],
): SqliteResult {
  // Values that SQLite cannot take are refused by `all` and `run` themselves.
  const values = parameters as SQLInputValue[];
  if (!hasRows) return { rows: [], ...statement.run(...values) };
  // node:sqlite gives rows without a prototype; PostgreSQL's rows are plain objects, and so are these.
  return { rows: statement.all(...values).map((row) => ({ ...row })) };
}
