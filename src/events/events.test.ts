import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import type { Database } from "../database/database.ts";
import { openPglite } from "../database/pglite.ts";
import { onPostgresServer } from "../database/on-postgres-server.fixture.ts";
import { POSTGRES_SERVER } from "../database/postgres-server.ts";
import { openSqlite } from "../database/sqlite.ts";
import { testEvents } from "./event-suite.ts";

const folder = await mkdtemp(join(tmpdir(), "imagehub-events-"));
after(() => rm(folder, { recursive: true }));

const opened: Database[] = [];
after(() => Promise.all(opened.map((database) => database.close())));
const sqlite = await openSqlite(join(folder, "hub.db"), { syncFile: () => Promise.resolve() });
const postgres = await (POSTGRES_SERVER === undefined ? openPglite() : onPostgresServer(POSTGRES_SERVER)());
opened.push(sqlite, postgres);
testEvents("events in SQLite", sqlite);
testEvents(`events in PostgreSQL (${POSTGRES_SERVER === undefined ? "PGlite" : "server"})`, postgres);
