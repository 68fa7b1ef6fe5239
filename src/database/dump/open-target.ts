import { parseDatabaseUrl } from "../open.ts";
import { connectPostgres } from "../postgres.ts";
import { createPostgresTarget } from "./postgres-target.ts";
import type { RestoreTarget } from "./restore-target.ts";
import { createSqliteTarget } from "./sqlite-target.ts";

/** Opens what is at a database's URL for a restore. @throws DatabaseUrlError */
export function openRestoreTarget(url: string): RestoreTarget {
  const place = parseDatabaseUrl(url);
  return "sqlitePath" in place
    ? createSqliteTarget(place.sqlitePath)
    : createPostgresTarget(connectPostgres(place.postgresUrl));
}
