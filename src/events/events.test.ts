import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import type { Database } from "../database/database.ts";
import { openPglite } from "../database/pglite.ts";
import { createPostgresDatabase, POSTGRES_SERVER } from "../database/postgres-server.ts";
import { openSqlite } from "../database/sqlite.ts";
import { testEvents } from "./event-suite.ts";

const folder = await mkdtemp(join(tmpdir(), "imagehub-events-"));
after(() => rm(folder, { recursive: true }));

testOn("events in SQLite", await openSqlite(join(folder, "hub.db"), { syncFile: () => Promise.resolve() }));
if (POSTGRES_SERVER === undefined) testOn("events in PostgreSQL (PGlite)", await openPglite());
else {
  const { open, drop } = await createPostgresDatabase(POSTGRES_SERVER);
  after(drop);
  testOn("events in PostgreSQL (server)", await open());
}

function testOn(title: string, database: Database): void {
  testEvents(title, database);
  after(() => database.close());
}
