import { sql, type Kysely } from "kysely";
import type { Queryable } from "./database.ts";
import { DatabaseVersionError } from "./errors.ts";
import { migration as initial } from "./migrations/0001-initial.ts";
import { migration as collection } from "./migrations/0002-collection.ts";
import { migration as jobs } from "./migrations/0003-jobs.ts";
import { migration as undelete } from "./migrations/0004-undelete.ts";
import { migration as largeHubs } from "./migrations/0005-large-hubs.ts";
import { migration as tokens } from "./migrations/0006-tokens.ts";
import { migration as events } from "./migrations/0007-events.ts";
import { migration as documents } from "./migrations/0008-documents.ts";
import { migration as sessions } from "./migrations/0009-sessions.ts";
import { migration as robots } from "./migrations/0010-robots.ts";
import { migration as invitations } from "./migrations/0011-invitations.ts";
import { migration as audit } from "./migrations/0012-audit.ts";
import { migration as awaitedBlobs } from "./migrations/0013-awaited-blobs.ts";
import { migration as identities } from "./migrations/0014-identities.ts";
import { migration as userGroups } from "./migrations/0015-user-groups.ts";
import { migration as releases } from "./migrations/0016-releases.ts";
import { migration as deletedWords } from "./migrations/0017-deleted-words.ts";
import type { Migration, SchemaContext } from "./migrations/migration.ts";
import type { Tables } from "./tables.ts";

/** In the order of their numbers: the first makes version 1. */
const MIGRATIONS: readonly Migration[] = [
  initial,
  collection,
  jobs,
  undelete,
  largeHubs,
  tokens,
  events,
  documents,
  sessions,
  robots,
  invitations,
  audit,
  awaitedBlobs,
  identities,
  userGroups,
  releases,
  deletedWords,
];

/** The version of this program's schema. */
export const NEWEST_SCHEMA = MIGRATIONS.length;

/** "imag" in ASCII: some number that no other program on the same PostgreSQL database locks by. */
const MIGRATION_LOCK = sql.lit(0x696d_6167);

/**
 * Brings a database to this program's schema, in one transaction and under a lock, so that hubs that start together
 * migrate once.
 * @throws DatabaseVersionError when a newer program has migrated it
 */
export function migrate(kysely: Kysely<Tables>, kind: "sqlite" | "postgres"): Promise<void> {
  const building = kysely.transaction();
  // In any other, who waited for the lock would see the schema as it was before.
  const isolated = kind === "postgres" ? building.setIsolationLevel("read committed") : building;
  return isolated.execute((transaction) => migrateWithin({ transaction, kind }));
}

/**
 * The same, within a transaction.
 * @param options.to the version to stop at; default the newest
 */
export async function migrateWithin(
  { transaction, kind }: SchemaContext,
  { to = NEWEST_SCHEMA }: { to?: number } = {},
): Promise<void> {
  // SQLite's transactions begin with its one lock.
  if (kind === "postgres") await sql`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(transaction);
  await sql`CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)`.execute(transaction);
  const version = await readSchemaVersion(transaction);
  if (version > NEWEST_SCHEMA) throw new DatabaseVersionError(version, NEWEST_SCHEMA);
  if (version >= to) return;
  for (const migration of MIGRATIONS.slice(version, to)) await migration({ transaction, kind });
  await sql`DELETE FROM schema_version`.execute(transaction);
  await sql`INSERT INTO schema_version (version) VALUES (${to})`.execute(transaction);
}

/** The version that a database's schema has. */
export async function readSchemaVersion(queryable: Queryable): Promise<number> {
  const { rows } = await sql<{ version: number }>`SELECT version FROM schema_version`.execute(queryable);
  return rows[0]?.version ?? 0;
}
