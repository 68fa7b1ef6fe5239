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

const places: Record<string, Database> = {
  SQLite: await openSqlite(join(folder, "hub.db"), { syncFile: () => Promise.resolve() }),
  "PostgreSQL (PGlite)": await openPglite(),
};
after(() => Promise.all(Object.values(places).map((database) => database.close())));
if (POSTGRES_SERVER !== undefined) places["PostgreSQL (server)"] = await onPostgresServer(POSTGRES_SERVER)();
for (const [name, database] of Object.entries(places)) testReleases(`releases in ${name}`, database);
