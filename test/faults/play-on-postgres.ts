import { createPostgresDatabase, POSTGRES_SERVER } from "../../src/database/postgres-server.ts";
import { openFaultyPglite, openFaultyPostgres } from "./faulty-postgres.ts";
import type { FaultKind } from "./faults.ts";
import { playEverySite } from "./play-every-site.ts";

/** Plays on a database of the server that IMAGEHUB_TEST_POSTGRES names, else on a PostgreSQL in this process. */
export async function playOnPostgres(kind: FaultKind): Promise<void> {
  if (POSTGRES_SERVER === undefined) return playEverySite({ openDatabase: openFaultyPglite }, kind);
  const { url, drop } = await createPostgresDatabase(POSTGRES_SERVER);
  try {
    await playEverySite({ openDatabase: (_sqliteUrl, faults) => openFaultyPostgres(url, faults) }, kind);
  } finally {
    await drop();
  }
}
