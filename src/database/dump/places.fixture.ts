import { join } from "node:path";
import { after } from "node:test";
import type { Database } from "../database.ts";
import { openDatabase } from "../open.ts";
import { connectPglite } from "../pglite.ts";
import { createPostgresDatabase, POSTGRES_SERVER } from "../postgres-server.ts";
import { postgresDatabase } from "../postgres.ts";
import { createPostgresTarget } from "./postgres-target.ts";
import { openRestoreTarget } from "./open-target.ts";
import type { RestoreTarget } from "./restore-target.ts";

/** A database of a test: as the hub opens it, and as a restore does. */
export interface Place {
  open(): Promise<Database>;
  target(): RestoreTarget;
}

/** New databases of each sort that can be had here, by name. */
export function databasePlaces(folder: string): Record<string, () => Promise<Place>> {
  let files = 0;
  return {
    SQLite: () => Promise.resolve(placeOf(`sqlite:${join(folder, `${++files}.db`)}`)),
    PGlite: pglite,
    ...(POSTGRES_SERVER !== undefined && { PostgreSQL: () => onServer(POSTGRES_SERVER ?? "") }),
  };
}

function placeOf(url: string): Place {
  return { open: () => openDatabase(url), target: () => openRestoreTarget(url) };
}

/** To close it would be to lose what it holds, so its connection stays open. */
async function pglite(): Promise<Place> {
  const kysely = await connectPglite();
  after(() => kysely.destroy());
  return {
    open: async () => ({ ...(await postgresDatabase(kysely)), close: stayOpen }),
    target: () => ({ ...createPostgresTarget(kysely), close: stayOpen }),
  };
}

async function onServer(server: string): Promise<Place> {
  const { url, drop } = await createPostgresDatabase(server);
  after(drop);
  return placeOf(url);
}

async function stayOpen(): Promise<void> {}
