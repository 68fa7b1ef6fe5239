import { existsSync, statSync } from "node:fs";
import { link, open, rename, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Kysely } from "kysely";
import { DatabaseFullError, isFull } from "../errors.ts";
import { makeFolderOf } from "../make-folder-of.ts";
import type { SchemaContext } from "../migrations/migration.ts";
import { openSqliteConnection } from "../sqlite-connection.ts";
import { sqliteDialect } from "../sqlite-dialect.ts";
import type { Tables } from "../tables.ts";
import { syncFolderOf } from "../write-ahead-log.ts";
import type { RestoreTarget } from "./restore-target.ts";

/**
 * An SQLite file: a new one is written beside it and takes its name when it is whole and on disk. The old one is kept
 * beside it, under a name that tells when.
 */
export function createSqliteTarget(
  path: string,
  { now = Date.now }: { now?: () => number } = {},
): RestoreTarget {
  const file = resolve(path);
  return {
    describe: async () => describe(file),
    // A hub holds a lock beside the file, which a restore must have got.
    isInUse: () => Promise.resolve(false),
    async replace(load) {
      const fresh = `${file}.restoring`;
      await makeFolderOf(file);
      await removeDatabase(fresh);
      try {
        const result = await fill(fresh, load);
        return { result, kept: await putInPlace(fresh, { file, at: new Date(now()) }) };
      } catch (error) {
        await removeDatabase(fresh);
        throw isFull(error) ? new DatabaseFullError({ cause: error }) : error;
      }
    },
    close: () => Promise.resolve(),
  };
}

function describe(file: string): string | undefined {
  if (!existsSync(file) || statSync(file).size === 0) return undefined;
  const database = new DatabaseSync(file);
  try {
    const count = (table: string) =>
      Number(database.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.["count"]);
    return `${file} with ${count("repositories")} repositories and ${count("users")} users`;
  } catch (error) {
    return `${file}, which cannot be read (${(error as Error).message})`;
  } finally {
    database.close();
  }
}

/** Nobody reads this file before it is whole, so it needs no journal on disk, and one sync at the end. */
async function fill<T>(file: string, load: (context: SchemaContext) => Promise<T>): Promise<T> {
  const connection = openSqliteConnection(file, ["journal_mode = memory", "synchronous = off"]);
  const kysely = new Kysely<Tables>({ dialect: sqliteDialect(connection) });
  try {
    return await kysely.transaction().execute((transaction) => load({ transaction, kind: "sqlite" }));
  } finally {
    await kysely.destroy();
  }
}

/** At each moment `file` is the whole old database or the whole new one. */
async function putInPlace(
  fresh: string,
  { file, at }: { file: string; at: Date },
): Promise<string | undefined> {
  const handle = await open(fresh, "r+");
  await handle.sync().finally(() => handle.close());
  const name = `${file}.replaced-${at.toISOString().replaceAll(/[-:]|\.\d+/g, "")}`;
  const kept = existsSync(file) ? await keepOld(file, name) : undefined;
  // A log that is still there, also of a file that is lost, would be taken for the new database's.
  for (const companion of COMPANIONS) {
    if (existsSync(file + companion)) await rename(file + companion, name + companion);
  }
  await rename(fresh, file);
  await syncFolderOf(file);
  return kept;
}

async function keepOld(file: string, kept: string): Promise<string> {
  endLog(file);
  await link(file, kept);
  return kept;
}

const COMPANIONS = ["-wal", "-shm"];

/** The last connection's close takes the write-ahead log into the file, unless that is damaged. */
function endLog(file: string): void {
  const database = new DatabaseSync(file);
  try {
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch {
    // Kept as it is.
  } finally {
    database.close();
  }
}

async function removeDatabase(file: string): Promise<void> {
  for (const companion of ["", "-journal", ...COMPANIONS]) await rm(file + companion, { force: true });
}
