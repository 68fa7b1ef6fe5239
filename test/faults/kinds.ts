import { systemError } from "../../src/blob-storage/faulty-files.ts";
import type { FaultKind } from "./faults.ts";

/** It takes as long as somebody else needs to be served. */
const SLOWNESS: FaultKind = { name: "a call that takes long", isSlow: true };

/** The end of a transaction in PostgreSQL. */
const COMMIT = /: commit of /;

/** What the operating system says of a disk: `open PATH w`, `rename PATH`. */
export const FILE_FAULTS: readonly FaultKind[] = [
  { name: "EIO", before: () => systemError("EIO") },
  {
    name: "ENOSPC",
    before: () => systemError("ENOSPC"),
    calls: /: (?:open \S+ (?:w|r\+)|writev|ftruncate|fsync|fdatasync|mkdir|rename)/,
  },
  {
    name: "EIO once done",
    after: () => systemError("EIO"),
    calls: /: (?:writev|ftruncate|fsync|fdatasync|mkdir|rename|rmdir|unlink|close)/,
  },
  { name: "a short one", isShort: true, calls: /: (?:writev|read) / },
  SLOWNESS,
];

/** What a storage, near or far, says to a call of its port. */
export const STORAGE_FAULTS: readonly FaultKind[] = [
  { name: "EIO", before: () => systemError("EIO") },
  { name: "ENOSPC", before: () => systemError("ENOSPC"), calls: /: (?:append|finish)/ },
  { name: "EIO once done", after: () => systemError("EIO"), calls: /: (?:append|finish|delete|cancel)/ },
  { name: "half of the bytes", isShort: true, calls: /: (?:append|read|readUpload|send)/ },
  SLOWNESS,
];

/** What SQLite says to a statement: https://www.sqlite.org/rescode.html. */
export const STATEMENT_FAULT: FaultKind = {
  name: "an I/O error",
  before: () => sqliteError("disk I/O error", 10),
};

export const FULL_DATABASE: FaultKind = {
  name: "a full disk",
  before: () => sqliteError("database or disk is full", 13),
  calls: /write (?:insert|update|delete|COMMIT)/,
};

/** Whoever wrote is told that it failed, and it is there. */
export const COMMIT_FAULT: FaultKind = {
  name: "an I/O error once it has committed",
  after: () => sqliteError("disk I/O error", 10),
  calls: /write COMMIT/,
};

export const SYNC_FAULT: FaultKind = { name: "EIO", before: () => systemError("EIO") };
export const SLOW_SYNC: FaultKind = SLOWNESS;

/** What PostgreSQL says to a write: https://www.postgresql.org/docs/current/errcodes-appendix.html. */
export const POSTGRES_FAULTS: readonly FaultKind[] = [
  { name: "an I/O error", before: () => postgresError("58030") },
  { name: "a full disk", before: () => postgresError("53100"), calls: COMMIT },
];

/** What becomes of a connection to it. */
export const CONNECTION_FAULTS: readonly FaultKind[] = [
  { name: "a lost connection", before: () => postgresError("ECONNRESET") },
  {
    name: "a lost connection once it has committed",
    after: () => postgresError("ECONNRESET"),
    calls: COMMIT,
  },
];

/** The write is made all the same, at a second attempt. */
export const POSTGRES_CONFLICT: FaultKind = {
  name: "a conflict of two writers",
  before: () => postgresError("40001"),
  calls: COMMIT,
};

/** Needs a second connection for whoever is served meanwhile. */
export const SLOW_POSTGRES: FaultKind = { ...SLOWNESS, calls: COMMIT };

function postgresError(code: string): Error {
  return Object.assign(new Error(`${code}: as if`), { code });
}

function sqliteError(message: string, errcode: number): Error {
  return Object.assign(new Error(message), { code: "ERR_SQLITE_ERROR", errcode });
}
