import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { testDatabase } from "./database-suite.ts";
import { openDatabase } from "./open.ts";
import { openPglite } from "./pglite.ts";
import { onPostgresServer } from "./on-postgres-server.fixture.ts";
import { POSTGRES_SERVER } from "./postgres-server.ts";

const folder = await mkdtemp(join(tmpdir(), "imagehub-database-"));
after(() => rm(folder, { recursive: true }));

testDatabase("SQLite", () => openDatabase(`sqlite:${join(folder, "hub.db")}`));
testDatabase("PostgreSQL (PGlite)", openPglite);

if (POSTGRES_SERVER !== undefined) {
  const open = onPostgresServer(POSTGRES_SERVER);
  testDatabase("PostgreSQL (server)", open);
}
