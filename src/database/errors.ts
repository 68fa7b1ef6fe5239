/** The disk is full: the write was rolled back, the database lives on. */
export class DatabaseFullError extends Error {
  constructor(options?: ErrorOptions) {
    super("Cannot write to the database: its disk is full", options);
    this.name = "DatabaseFullError";
  }
}

/** A sync failed: the system may have dropped pages it took, so only a restart tells what is on disk. */
export class DatabaseFailedError extends Error {
  constructor(options?: ErrorOptions) {
    super("Cannot write to the database: a sync to disk failed, restart the hub", options);
    this.name = "DatabaseFailedError";
  }
}

/** The connection was lost during COMMIT: the write may have been made or not. */
export class WriteOutcomeUnknownError extends Error {
  constructor(options?: ErrorOptions) {
    super("Cannot tell whether the database made a write: the connection was lost while it did", options);
    this.name = "WriteOutcomeUnknownError";
  }
}

export class DatabaseUrlError extends Error {
  constructor(url: string) {
    super(
      `Cannot parse database URL ${JSON.stringify(withoutPassword(url))}: expected sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE`,
    );
    this.name = "DatabaseUrlError";
  }
}

/** The folder of an SQLite file cannot be made. */
export class DatabaseFolderError extends Error {
  constructor(folder: string, cause: unknown) {
    super(
      `Cannot open database in ${folder}: the folder cannot be made (${(cause as Error).message}); choose another one`,
      { cause },
    );
    this.name = "DatabaseFolderError";
  }
}

/** An SQLite file is damaged, or may not be written. */
export class DatabaseFileError extends Error {
  constructor(file: string, next: string, cause: unknown) {
    super(`Cannot open database ${file}: ${(cause as Error).message}; ${next}`, { cause });
    this.name = "DatabaseFileError";
  }
}

/** @returns what to say of an SQLite file that cannot be opened: the error itself, or one that says what to do */
export function openingError(file: string, error: unknown): unknown {
  if (isFull(error)) return new DatabaseFullError({ cause: error });
  if (isSqliteError(error, SQLITE_DAMAGED)) {
    const next =
      "keep a copy of it, then imagehub restore DIR puts back a backup, or --from-storage a snapshot";
    return new DatabaseFileError(file, next, error);
  }
  if (isSqliteError(error, SQLITE_NOT_WRITABLE)) {
    const next = "see to it that the hub's user may read and write it, its -wal, its -shm and their folder";
    return new DatabaseFileError(file, next, error);
  }
  return error;
}

/** The database was migrated by a newer program, which this one would misread. */
export class DatabaseVersionError extends Error {
  constructor(found: number, known: number) {
    super(
      `Cannot open database: its schema is version ${found}, expected ${known} or older: run a newer ImageHub`,
    );
    this.name = "DatabaseVersionError";
  }
}

/** Whether a row could not be deleted or written because of one that refers to it, or that it refers to. */
export function isForeignKeyViolation(error: unknown): boolean {
  return isSqliteError(error, SQLITE_FOREIGN_KEY) || isPostgresError(error, POSTGRES_FOREIGN_KEY);
}

/** Whether a row could not be written because one with its key is there. */
export function isUniqueViolation(error: unknown): boolean {
  return isSqliteError(error, SQLITE_UNIQUE) || isPostgresError(error, POSTGRES_UNIQUE);
}

/** Whether there was no room for a write. */
export function isFull(error: unknown): boolean {
  return isSqliteError(error, SQLITE_FULL) || isPostgresError(error, POSTGRES_FULL);
}

/** Whether a failed transaction is as if it had never been, so that it may run again. */
export function isRolledBack(error: unknown): boolean {
  return isPostgresError(error, POSTGRES_ROLLED_BACK);
}

/** Whether PostgreSQL went away. */
export function isConnectionLost(error: unknown): boolean {
  return (
    isPostgresError(error, POSTGRES_CONNECTION) ||
    (error instanceof Error && CLIENT_CONNECTION.test(error.message))
  );
}

/** Extended result codes, https://www.sqlite.org/rescode.html: a RESTRICT action reports itself as a trigger's. */
const SQLITE_FOREIGN_KEY = [787, 1811];
const SQLITE_UNIQUE = [1555, 2067];
const SQLITE_FULL = [13];
/** CORRUPT, NOTADB */
const SQLITE_DAMAGED = [11, 26];
/** PERM, READONLY and two of its extensions, CANTOPEN */
const SQLITE_NOT_WRITABLE = [3, 8, 14, 1032, 1544];

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const POSTGRES_FOREIGN_KEY = /^(23503|23001)$/;
const POSTGRES_UNIQUE = /^23505$/;
const POSTGRES_FULL = /^53100$/;
/** Serialization failure and deadlock. */
const POSTGRES_ROLLED_BACK = /^(40001|40P01)$/;
/** Class 08, shutdowns, and the socket's own errors. */
const POSTGRES_CONNECTION = /^(08...|57P0[123]|ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT)$/;
/** What the client says without a code, the second of a connection that was lost before the statement. */
const CLIENT_CONNECTION = /^Connection terminated|^Client .* is not queryable$/;

function isSqliteError(error: unknown, codes: number[]): boolean {
  return error instanceof Error && "errcode" in error && codes.includes(Number(error.errcode));
}

function isPostgresError(error: unknown, code: RegExp): boolean {
  return error instanceof Error && "code" in error && code.test(String(error.code));
}

function withoutPassword(url: string): string {
  return url.replace(/(:\/\/[^:@/]*:)[^@]*@/, "$1…@");
}
