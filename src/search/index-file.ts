import { hash, randomUUID } from "node:crypto";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";

/** A search index in one SQLite file: derived, so whatever is wrong with it, it is made anew. */
export interface IndexFile {
  prepare(sql: string): StatementSync;
  /** Runs `work` whole or not at all. */
  transaction<T>(work: () => T): T;
  /** Identifies this build of the index: pages of an earlier build cannot be continued. */
  readonly build: string;
  getState(name: string): string | undefined;
  setState(name: string, value: string): void;
  close(): void;
}

export const IN_MEMORY = ":memory:";

/** Grows with each change of what the tokens mean; a change of the tables tells itself. */
const TOKENS_VERSION = 1;
/** Beside the file, SQLite keeps what is not yet merged into it. */
const COMPANIONS = ["", "-wal", "-shm", "-journal"];

const SCHEMA = `
  CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE organizations (
    name TEXT PRIMARY KEY,
    version TEXT NOT NULL,
    default_visibility TEXT
  ) WITHOUT ROWID;
  CREATE TABLE repositories (
    sequence INTEGER PRIMARY KEY,
    token_rowid INTEGER NOT NULL,
    token_hash TEXT NOT NULL,
    name TEXT NOT NULL UNIQUE,
    organization TEXT NOT NULL,
    private INTEGER NOT NULL,
    own_visibility TEXT,
    version TEXT NOT NULL,
    image_version TEXT NOT NULL,
    type TEXT NOT NULL,
    latest_tag TEXT NOT NULL,
    size INTEGER NOT NULL,
    pulls INTEGER NOT NULL,
    stars INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    updated_at TEXT NOT NULL,
    keywords TEXT NOT NULL,
    platforms TEXT NOT NULL,
    facets TEXT NOT NULL,
    description TEXT NOT NULL
  );
  CREATE INDEX repositories_newest ON repositories (-updated_ms, name);
  CREATE INDEX repositories_pulls ON repositories (-pulls, name);
  CREATE INDEX repositories_stars ON repositories (-stars, name);
  CREATE INDEX repositories_private ON repositories (private, organization);
  CREATE INDEX repositories_organization ON repositories (organization);
  -- Long and rarely read, so not among the columns that are read for every hit.
  CREATE TABLE texts (sequence INTEGER PRIMARY KEY, icon TEXT NOT NULL, readme TEXT NOT NULL);
  -- scope: '' for public repositories, else the organization whose private ones are counted.
  CREATE TABLE facet_counts (
    field TEXT NOT NULL,
    scope TEXT NOT NULL,
    value TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (field, scope, value)
  ) WITHOUT ROWID;
  CREATE INDEX facet_counts_largest ON facet_counts (field, scope, count DESC, value);
  CREATE INDEX facet_counts_gone ON facet_counts (count) WHERE count = 0;
  CREATE VIRTUAL TABLE tokens USING fts5(
    document, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
  );
`;

const SCHEMA_VERSION = Number.parseInt(hash("sha256", `${TOKENS_VERSION} ${SCHEMA}`).slice(0, 7), 16);

/** Opens the index at `path`; undefined when there is none that this version can read to its end. */
export function openIndexFile(path: string): IndexFile | undefined {
  if (path === IN_MEMORY) return undefined;
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    const version = database.prepare("PRAGMA user_version").get()?.["user_version"];
    const file = version === SCHEMA_VERSION ? indexFile(database) : undefined;
    if (file?.getState("complete") === "yes") return file;
  } catch (error) {
    if (!isSqliteError(error)) throw error;
  }
  database?.close();
  return undefined;
}

/** An empty index at `path`, where whatever was there is deleted. */
export function createIndexFile(path: string): IndexFile {
  removeIndexFile(path);
  // It has words of private repositories; what SQLite makes, everybody may read.
  if (path !== IN_MEMORY) writeFileSync(path, "", { mode: 0o600 });
  const database = new DatabaseSync(path);
  database.exec(SCHEMA);
  database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  const setState = database.prepare("INSERT INTO state VALUES (?, ?)");
  setState.run("build", randomUUID());
  return indexFile(database);
}

export function removeIndexFile(path: string): void {
  if (path === IN_MEMORY) return;
  for (const companion of COMPANIONS) rmSync(path + companion, { force: true });
}

/** Puts a closed index in the place of another closed one; readers of the path see the one or the other. */
export function replaceIndexFile(path: string, replacement: string): void {
  for (const companion of COMPANIONS.slice(1)) rmSync(path + companion, { force: true });
  renameSync(replacement, path);
}

/** True when the file itself is at fault, and a new one helps. */
export function isDamaged(error: unknown): boolean {
  // SQLITE_CORRUPT and SQLITE_NOTADB, whose finer codes are in the upper bits.
  return isSqliteError(error) && [11, 26].includes(error.errcode & 0xff);
}

function isSqliteError(error: unknown): error is Error & { errcode: number } {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number";
}

const IS_WRITE = /^(?:INSERT|DELETE)\b/;

function indexFile(database: DatabaseSync): IndexFile {
  // Losing the last second with the machine is no loss: the watch is continued from what the file says it has seen.
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16000");
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known) return known;
    const statement = database.prepare(sql);
    // What a write gives back holds the last row id, which FTS5's own rows take past what a number can hold.
    if (IS_WRITE.test(sql)) statement.setReadBigInts(true);
    statements.set(sql, statement);
    return statement;
  };
  const getState = (name: string): string | undefined =>
    textOrUndefined(prepare("SELECT value FROM state WHERE name = ?").get(name)?.["value"]);
  return {
    prepare,
    getState,
    build: getState("build") ?? "",
    setState: (name, value) => {
      prepare("INSERT OR REPLACE INTO state VALUES (?, ?)").run(name, value);
    },
    transaction: (work) => inTransaction(database, work),
    close: () => {
      database.close();
    },
  };
}

function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function textOrUndefined(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
