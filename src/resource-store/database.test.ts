import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import type { Database } from "../database/database.ts";
import { openPglite } from "../database/pglite.ts";
import { onPostgresServer } from "../database/on-postgres-server.fixture.ts";
import { POSTGRES_SERVER } from "../database/postgres-server.ts";
import { openSqlite } from "../database/sqlite.ts";
import { openDatabaseResourceStore } from "./database.ts";
import { pruneHistory } from "./database/history.ts";
import { pruneTexts } from "./database/texts.ts";
import { testResourceStore, type StoreUnderTest } from "./resource-store-suite.ts";

const folder = await mkdtemp(join(tmpdir(), "imagehub-resource-store-"));
after(() => rm(folder, { recursive: true }));

testResourceStore("resources in SQLite", async () =>
  // Durability has its own tests.
  onDatabase(await openSqlite(join(folder, "hub.db"), { syncFile: () => Promise.resolve() })),
);
testResourceStore("resources in PostgreSQL (PGlite)", async () => onDatabase(await openPglite()));

if (POSTGRES_SERVER !== undefined) {
  const open = onPostgresServer(POSTGRES_SERVER);
  testResourceStore("resources in PostgreSQL (server)", async () => onDatabase(await open()));
}

function onDatabase(database: Database): StoreUnderTest {
  const store = openDatabaseResourceStore({ database });
  return {
    store,
    async forgetHistory() {
      await pruneHistory(database, Number.MAX_SAFE_INTEGER);
      await pruneTexts(database, Number.MAX_SAFE_INTEGER);
    },
    async close() {
      await store.close();
      await database.close();
    },
  };
}
