import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPostgresDatabase, POSTGRES_SERVER } from "../../src/database/postgres-server.ts";

/** Where a hub keeps what it is told, beyond its own end. */
export interface Home {
  dataFolder: string;
  databaseUrl: string;
  storageUrl: string;
  /**
   * How far the hub's clock goes on at the least between two starts. Several hubs may share a PostgreSQL, so what one
   * was removing when it was killed is its own for ten minutes more: src/content/blob-removal.ts.
   */
  minAheadMs: number;
  remove(): Promise<void>;
}

/**
 * A new home: SQLite and files, unless IMAGEHUB_TEST_POSTGRES names a server.
 * @param options.storageUrl a storage to make a part of its own in; default: IMAGEHUB_STORAGE
 */
export async function createHome({
  storageUrl = process.env["IMAGEHUB_STORAGE"],
}: { storageUrl?: string | undefined } = {}): Promise<Home> {
  const dataFolder = await mkdtemp(join(tmpdir(), "imagehub-crash-"));
  const postgres = POSTGRES_SERVER === undefined ? undefined : await createPostgresDatabase(POSTGRES_SERVER);
  return {
    dataFolder,
    databaseUrl: postgres?.url ?? `sqlite:${join(dataFolder, "hub.db")}`,
    storageUrl: ownPrefix(storageUrl) ?? `file:${join(dataFolder, "storage")}`,
    minAheadMs: postgres ? 11 * 60 * 1000 : 0,
    async remove() {
      await postgres?.drop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

/** A prefix of its own in the bucket that a storage URL names. */
function ownPrefix(storageUrl: string | undefined): string | undefined {
  if (storageUrl === undefined) return undefined;
  const url = new URL(storageUrl);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/crash-${randomUUID()}`;
  return url.href;
}
