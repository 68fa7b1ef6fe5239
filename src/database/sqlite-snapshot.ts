import { Kysely } from "kysely";
import { MAX_BATCH_ROWS, type DatabaseSnapshot, type RowBatch } from "./snapshot.ts";
import { openSqliteConnection, type SqliteConnection } from "./sqlite-connection.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";
import type { Tables } from "./tables.ts";

/** Bytes of text and blobs in one batch: manifests may have 4 MiB each. */
const MAX_BATCH_BYTES = 1024 * 1024;

/**
 * A connection of its own whose read transaction stays open: the write-ahead log grows meanwhile, since it cannot begin
 * anew before its oldest reader has ended.
 */
export function openSqliteSnapshot(file: string): DatabaseSnapshot {
  const connection = openSqliteConnection(file, ["query_only = on"]);
  const read = new Kysely<Tables>({ dialect: sqliteDialect(connection) });
  connection.database.exec("BEGIN");
  // A transaction sees what is committed at its first read.
  connection.run("SELECT count(*) FROM schema_version", []);
  return {
    read,
    rows: (table) => readRows(connection, table),
    close: () => read.destroy(),
  };
}

async function* readRows({ database }: SqliteConnection, table: keyof Tables): AsyncGenerator<RowBatch> {
  const statement = database.prepare(`SELECT * FROM "${table}"`);
  statement.setReturnArrays(true);
  const columns = statement.columns().map(({ name }) => name);
  let rows: unknown[][] = [];
  let bytes = 0;
  for (const row of statement.iterate() as Iterable<unknown>) {
    rows.push(row as unknown[]);
    bytes += sizeOf(row as unknown[]);
    if (rows.length < MAX_BATCH_ROWS && bytes < MAX_BATCH_BYTES) continue;
    yield { columns, rows };
    rows = [];
    bytes = 0;
  }
  if (rows.length > 0) yield { columns, rows };
}

function sizeOf(row: unknown[]): number {
  let bytes = 0;
  for (const value of row) {
    if (typeof value === "string" || value instanceof Uint8Array) bytes += value.length;
  }
  return bytes;
}
