import type { Database } from "./database.ts";
import { DatabaseUrlError } from "./errors.ts";
import { openPostgres } from "./postgres.ts";
import { openSqlite, type SqliteOptions } from "./sqlite.ts";

export type DatabaseOptions = SqliteOptions;

/**
 * Opens the database at `sqlite:PATH` (made when it is not there) or `postgres://…`, migrated to this program's schema.
 * @throws DatabaseUrlError; DatabaseFolderError; DatabaseVersionError when a newer program has migrated it
 */
export async function openDatabase(url: string, options: DatabaseOptions = {}): Promise<Database> {
  const place = parseDatabaseUrl(url);
  return "sqlitePath" in place ? openSqlite(place.sqlitePath, options) : openPostgres(place.postgresUrl);
}

/** Where a database is. @throws DatabaseUrlError */
export function parseDatabaseUrl(url: string): { sqlitePath: string } | { postgresUrl: string } {
  const sqlitePath = /^sqlite:(.+)$/s.exec(url)?.[1];
  if (sqlitePath !== undefined && sqlitePath !== ":memory:") return { sqlitePath };
  if (/^postgres(ql)?:\/\//.test(url)) return { postgresUrl: url };
  throw new DatabaseUrlError(url);
}
