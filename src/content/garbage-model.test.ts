import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { openPglite } from "../database/pglite.ts";
import { onPostgresServer } from "../database/on-postgres-server.fixture.ts";
import { POSTGRES_SERVER } from "../database/postgres-server.ts";
import { openSqlite } from "../database/sqlite.ts";
import { testHistories } from "./garbage-model-suite.ts";

const folder = await mkdtemp(join(tmpdir(), "imagehub-garbage-model-"));
after(() => rm(folder, { recursive: true }));

// No history ends in a power failure, so none waits for the disk.
testHistories("SQLite", () => openSqlite(join(folder, "hub.db"), { syncFile: () => Promise.resolve() }));
testHistories("PostgreSQL (PGlite)", openPglite);

if (POSTGRES_SERVER !== undefined) {
  const open = onPostgresServer(POSTGRES_SERVER);
  testHistories("PostgreSQL (server)", open);
}
