import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { openDatabase } from "../database/open.ts";
import { openPglite } from "../database/pglite.ts";
import { onPostgresServer } from "../database/on-postgres-server.fixture.ts";
import { POSTGRES_SERVER } from "../database/postgres-server.ts";
import { testGarbageCollection } from "./garbage-collection-suite.ts";

const folder = await mkdtemp(join(tmpdir(), "imagehub-garbage-"));
after(() => rm(folder, { recursive: true }));

testGarbageCollection("SQLite", () => openDatabase(`sqlite:${join(folder, "hub.db")}`));
testGarbageCollection("PostgreSQL (PGlite)", openPglite);

if (POSTGRES_SERVER !== undefined) {
  const open = onPostgresServer(POSTGRES_SERVER);
  testGarbageCollection("PostgreSQL (server)", open);
}
