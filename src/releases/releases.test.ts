import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import type { Database } from "../database/database.ts";
import { onPostgresServer } from "../database/on-postgres-server.fixture.ts";
import { openPglite } from "../database/pglite.ts";
import { POSTGRES_SERVER } from "../database/postgres-server.ts";
import { openSqlite } from "../database/sqlite.ts";
import { testReleases } from "./release-suite.ts";

const folder = await mkdtemp(join(tmpdir(), "imagehub-releases-"));
after(() => rm(folder, { recursive: true }));

const opened: Database[] = [];
after(() => Promise.all(opened.map((database) => database.close())));
const sqlite = await openSqlite(join(folder, "hub.db"), { syncFile: () => Promise.resolve() });
const postgres = await openPglite();
opened.push(sqlite, postgres);
testReleases("releases in SQLite", sqlite);
testReleases("releases in PostgreSQL (PGlite)", postgres);
if (POSTGRES_SERVER !== undefined) {
  const server = await onPostgresServer(POSTGRES_SERVER)();
  opened.push(server);
  testReleases("releases in PostgreSQL (server)", server);
}
