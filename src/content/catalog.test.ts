import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe } from "node:test";
import type { Database } from "../database/database.ts";
import { openPglite } from "../database/pglite.ts";
import { onPostgresServer } from "../database/on-postgres-server.fixture.ts";
import { POSTGRES_SERVER } from "../database/postgres-server.ts";
import { openSqlite } from "../database/sqlite.ts";
import { testCatalog } from "./catalog-suite.ts";

const folder = await mkdtemp(join(tmpdir(), "imagehub-catalog-"));
after(() => rm(folder, { recursive: true }));

function testOn(name: string, open: () => Promise<Database>): void {
  describe(`the catalog on ${name}`, () => {
    let database: Database;
    before(async () => {
      database = await open();
    });
    after(() => database.close());
    testCatalog(() => database);
  });
}

testOn("SQLite", () => openSqlite(join(folder, "hub.db")));
testOn("PostgreSQL (PGlite)", openPglite);

if (POSTGRES_SERVER !== undefined) {
  const open = onPostgresServer(POSTGRES_SERVER);
  testOn("PostgreSQL (server)", open);
}
