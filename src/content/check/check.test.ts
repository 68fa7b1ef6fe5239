import { mkdtemp, rm } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { sql } from "kysely";
import type { Database } from "../../database/database.ts";
import { openPglite } from "../../database/pglite.ts";
import { onPostgresServer } from "../../database/on-postgres-server.fixture.ts";
import { POSTGRES_SERVER } from "../../database/postgres-server.ts";
import { openSqlite } from "../../database/sqlite.ts";
import { testCheck } from "./check-suite.ts";
import type { DamageableDatabase } from "./check.fixture.ts";

const folder = await mkdtemp(join(tmpdir(), "imagehub-check-"));
after(() => rm(folder, { recursive: true }));

testCheck("SQLite", async () => {
  const file = join(folder, "hub.db");
  return {
    // No power fails here, so nothing waits for the disk.
    database: await openSqlite(file, { syncFile: () => Promise.resolve() }),
    async damage(statements) {
      const connection = new DatabaseSync(file, { enableForeignKeyConstraints: false });
      for (const statement of statements) connection.exec(statement);
      connection.close();
    },
  };
});
testCheck("PostgreSQL (PGlite)", async () => damageable(await openPglite()));

if (POSTGRES_SERVER !== undefined) {
  const open = onPostgresServer(POSTGRES_SERVER);
  testCheck("PostgreSQL (server)", async () => damageable(await open()));
}

function damageable(database: Database): DamageableDatabase {
  return {
    database,
    damage: (statements) =>
      database.write(async (transaction) => {
        // As when the server's files are damaged: no foreign key is looked at.
        await sql`set local session_replication_role = replica`.execute(transaction);
        for (const statement of statements) await sql.raw(statement).execute(transaction);
      }),
  };
}
