import { PGlite } from "@electric-sql/pglite";
import { Kysely, PGliteDialect } from "kysely";
import type { Database } from "./database.ts";
import { NUMBER_PARSERS, postgresDatabase } from "./postgres.ts";
import type { Tables } from "./tables.ts";

/**
 * A PostgreSQL inside this process, in memory, for tests alone. It has one connection, so it hides every race
 * between two.
 */
export async function openPglite(): Promise<Database> {
  const pglite = await PGlite.create({ parsers: NUMBER_PARSERS });
  return postgresDatabase(new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) }));
}
