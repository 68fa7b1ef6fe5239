import type { CompiledQuery, Kysely, Transaction } from "kysely";
import type { DatabaseSnapshot } from "./snapshot.ts";
import type { Tables } from "./tables.ts";
import type { ColumnsVersion } from "./versions-of-columns.ts";

/**
 * The hub's database: SQLite or PostgreSQL behind one Kysely schema.
 *
 * SQLite has one writing connection and one reading connection, so a reader never sees half a transaction. A write
 * resolves when it is durable: writes that run at the same time share one sync, made off the event loop.
 */
export interface Database {
  readonly kind: "sqlite" | "postgres";

  /** For reads outside a transaction; sees what is committed. */
  readonly read: Kysely<Tables>;

  /**
   * Runs `work` in one transaction and resolves with its result when it is on disk. Rolled back when `work` throws.
   * `work` awaits nothing but the transaction it is given; PostgreSQL may run it again after a serialization failure.
   */
  write<T>(work: (transaction: WriteTransaction) => Promise<T>, options?: WriteOptions): Promise<T>;

  /** Runs a compiled query on what is committed, past Kysely's layers: see `prepare`, which hot paths use. */
  execute<Row>(query: CompiledQuery<Row>): Promise<Row[]>;

  /** Opens what is committed now, to read it at leisure; the caller closes it. */
  openSnapshot(): Promise<DatabaseSnapshot>;

  /**
   * How many commits were made, which is a version of all that is stored; a write's own commit is counted before the
   * write resolves. Undefined where other processes commit as well.
   */
  commits(): number | undefined;

  /**
   * A version of what a query reads: it rises with each commit that changes a column of that, or makes or takes rows
   * of its tables, as `commits` does. Undefined where other processes commit as well. To be asked once for a query.
   */
  versionOf(sql: string): ColumnsVersion | undefined;

  /** Resolves when all that reads have shown so far is on disk: a read sees a write from its commit on. */
  durable(): Promise<void>;

  /**
   * Aborts when a sync to disk has failed, with DatabaseFailedError as its reason: what is stored is uncertain from
   * then on, every write is refused, and the hub must end.
   */
  readonly failed: AbortSignal;

  /** Identifies this database's life: a restore from a backup makes a new one. */
  readonly incarnation: string;

  close(): Promise<void>;
}

export interface WriteOptions {
  /**
   * Resolve at commit, before the sync: survives the end of the process, not of the machine. For what a client can
   * do again without loss (an upload session), never for what was acknowledged. Default false.
   */
  relaxed?: boolean;
}

export type WriteTransaction = Transaction<Tables>;

/** A query's source: the database's reader, or the transaction that is under way. */
export type Queryable = Kysely<Tables>;
