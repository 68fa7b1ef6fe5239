import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/** The database as it is at one moment, whatever is written meanwhile. It holds up no writer. */
export interface DatabaseSnapshot {
  readonly read: Kysely<Tables>;
  /** All rows of a table, in no order, a few at a time; one table after another. */
  rows(table: keyof Tables): AsyncIterable<RowBatch>;
  close(): Promise<void>;
}

/** Rows as arrays: values are text, numbers, bytes and null. At most `MAX_BATCH_ROWS`. */
export interface RowBatch {
  columns: string[];
  rows: unknown[][];
}

/** What fits into one INSERT of either database, whichever table it is: their statements take 32,766 values. */
export const MAX_BATCH_ROWS = 100;
