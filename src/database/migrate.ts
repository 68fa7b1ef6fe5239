import { sql, type Kysely, type Transaction } from "kysely";
import { DatabaseVersionError } from "./errors.ts";
import { migration as initial } from "./migrations/0001-initial.ts";
import { migration as collection } from "./migrations/0002-collection.ts";
import type { Migration, SchemaContext } from "./migrations/migration.ts";
import type { Tables } from "./tables.ts";

/** In order: the first makes version 1. */
const MIGRATIONS: readonly Migration[] = [initial, collection];

/** "imag" in ASCII: some number that no other program on the same PostgreSQL database locks by. */
const MIGRATION_LOCK = sql.lit(0x696d_6167);

/**
 * Brings a database to this program's schema, in one transaction and under a lock, so that hubs that start together
 * migrate once.
 * @throws DatabaseVersionError when a newer program has migrated it
 */
export function migrate(kysely: Kysely<Tables>, kind: "sqlite" | "postgres"): Promise<void> {
  return kysely.transaction().execute((transaction) => migrateWithin({ transaction, kind }));
}

/**
 * The same, within a transaction.
 * @param options.to the version to stop at; default the newest
 */
export async function migrateWithin(
  { transaction, kind }: SchemaContext,
  { to = MIGRATIONS.length }: { to?: number } = {},
): Promise<void> {
  // SQLite's transactions begin with its one lock.
  if (kind === "postgres") await sql`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(transaction);
  const version = await readVersion(transaction);
  if (version > MIGRATIONS.length) throw new DatabaseVersionError(version, MIGRATIONS.length);
  if (version >= to) return;
  for (const migration of MIGRATIONS.slice(version, to)) await migration({ transaction, kind });
  await sql`DELETE FROM schema_version`.execute(transaction);
  await sql`INSERT INTO schema_version (version) VALUES (${to})`.execute(transaction);
}

async function readVersion(transaction: Transaction<Tables>): Promise<number> {
  await sql`CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)`.execute(transaction);
  const { rows } = await sql<{ version: number }>`SELECT version FROM schema_version`.execute(transaction);
  return rows[0]?.version ?? 0;
}
