import { setTimeout as sleep } from "node:timers/promises";
import { Kysely, PostgresDialect, sql, type Dialect } from "kysely";
import { Pool, types } from "pg";
import type { Database, WriteOptions, WriteTransaction } from "./database.ts";
import {
  DatabaseFullError,
  isConnectionLost,
  isFull,
  isRolledBack,
  WriteOutcomeUnknownError,
} from "./errors.ts";
import { migrate } from "./migrate.ts";
import { openPostgresSnapshot } from "./postgres-snapshot.ts";
import { readIncarnation } from "./settings.ts";
import type { Tables } from "./tables.ts";

/** Several hubs share one PostgreSQL, which by default takes 100 connections. */
const MAX_CONNECTIONS = 10;
/** A server that does not answer by then is named as the cause, rather than requests hanging. */
const CONNECT_TIMEOUT_MS = 10_000;
/** A conflict of two writers is over after one of them; more tries than this mean that something else is wrong. */
const MAX_ATTEMPTS = 5;
/** Doubled at each attempt, and random below it, so that two that met do not meet again. */
const RETRY_DELAY_MS = 20;

/** bigint, and numeric, which is what sum() of bigint gives. The hub's numbers stay below 2^53. */
const NUMBER_TYPES = [20, 1700];

/** How the server names the connections of hubs. */
export const APPLICATION = "imagehub";

/** Parsers of `NUMBER_TYPES`, for both clients: their default is text. */
export const NUMBER_PARSERS: Record<number, (text: string) => unknown> = Object.fromEntries(
  NUMBER_TYPES.map((oid) => [oid, Number]),
);

export function openPostgres(url: string): Promise<Database> {
  return postgresDatabase(connectPostgres(url));
}

export function connectPostgres(url: string): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: postgresDialect(url) });
}

/** A pool of connections, none of which is made before it is needed. */
export function postgresDialect(url: string): Dialect {
  const pool = new Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: APPLICATION,
    types: { getTypeParser: (oid, format) => NUMBER_PARSERS[oid] ?? types.getTypeParser(oid, format) },
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on("error", () => undefined);
  // So would one that breaks in use, between two statements or while it is given back: the next statement fails.
  pool.on("connect", (client) => void client.on("error", () => undefined));
  return new PostgresDialect({ pool });
}

/** The hub's database on a Kysely of PostgreSQL, whichever client that has. */
export async function postgresDatabase(kysely: Kysely<Tables>): Promise<Database> {
  try {
    await migrate(kysely, "postgres");
    const incarnation = await readIncarnation(kysely);
    return {
      kind: "postgres",
      read: kysely,
      incarnation,
      // PostgreSQL syncs for itself, and refuses writes by itself when it could not.
      failed: new AbortController().signal,
      // Readers see what is committed, and COMMIT has synced.
      commits: () => undefined,
      versionOf: () => undefined,
      durable: () => Promise.resolve(),
      execute: async (query) => (await kysely.executeQuery(query)).rows,
      openSnapshot: () => openPostgresSnapshot(kysely),
      write: (work, options) => write(kysely, work, options),
      close: () => kysely.destroy(),
    };
  } catch (error) {
    await kysely.destroy();
    throw error;
  }
}

type Work<T> = (transaction: WriteTransaction) => Promise<T>;

/** One transaction, tried again when another kept it from being made. */
export async function write<T>(
  kysely: Kysely<Tables>,
  work: Work<T>,
  options: WriteOptions = {},
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const progress = { committing: false };
    try {
      return await transact(kysely, work, { ...options, progress });
    } catch (error) {
      if (isFull(error)) throw new DatabaseFullError({ cause: error });
      if (progress.committing && isConnectionLost(error))
        throw new WriteOutcomeUnknownError({ cause: error });
      const mayRepeat = isRolledBack(error) || isConnectionLost(error);
      if (!mayRepeat || attempt === MAX_ATTEMPTS) throw error;
    }
    await sleep(Math.random() * RETRY_DELAY_MS * 2 ** attempt);
  }
}

function transact<T>(
  kysely: Kysely<Tables>,
  work: Work<T>,
  { relaxed = false, progress }: WriteOptions & { progress: { committing: boolean } },
): Promise<T> {
  return kysely
    .transaction()
    .setIsolationLevel("read committed")
    .execute(async (transaction) => {
      if (relaxed) await sql`SET LOCAL synchronous_commit = off`.execute(transaction);
      const result = await work(transaction);
      progress.committing = true;
      return result;
    });
}
