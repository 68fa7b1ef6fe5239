import { randomUUID } from "node:crypto";
import { existsSync, openAsBlob } from "node:fs";
import { mkdir, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PGlite } from "@electric-sql/pglite";
import { Kysely, PGliteDialect, type Dialect } from "kysely";
import type { Database } from "./database.ts";
import { NUMBER_PARSERS, postgresDatabase } from "./postgres.ts";
import type { Tables } from "./tables.ts";

/**
 * A PostgreSQL inside this process, in memory, for tests alone. It has one connection, so it hides every race
 * between two.
 */
export async function openPglite(): Promise<Database> {
  return postgresDatabase(await connectPglite());
}

/** The same, as it is before the first migration. */
export async function connectPglite(): Promise<Kysely<Tables>> {
  return new Kysely<Tables>({ dialect: await pgliteDialect() });
}

/** @param folder where it keeps everything; default: in memory */
export async function pgliteDialect(folder?: string): Promise<Dialect> {
  const isNew = folder === undefined || !existsSync(join(folder, "PG_VERSION"));
  const pglite = await PGlite.create({
    parsers: NUMBER_PARSERS,
    ...(isNew && { loadDataDir: await emptyCluster() }),
    ...(folder !== undefined && { dataDir: folder }),
  });
  return new PGliteDialect({ pglite });
}

/** A cluster without tables, made once for all tests: to make one takes ten times as long as to load it. */
async function emptyCluster(): Promise<Blob> {
  const file = await clusterFile();
  try {
    return await openAsBlob(file);
  } catch {
    const pglite = await PGlite.create();
    const dump = await pglite.dumpDataDir("none");
    await pglite.close();
    await mkdir(dirname(file), { recursive: true });
    // Of tests that run at once, each may make it; none sees half of one.
    const unfinished = `${file}.${randomUUID()}`;
    await writeFile(unfinished, dump.stream());
    await rename(unfinished, file);
    return openAsBlob(file);
  }
}

/** Beside the packages, and another one for another build of PGlite. */
async function clusterFile(): Promise<string> {
  const program = fileURLToPath(import.meta.resolve("@electric-sql/pglite"));
  const { mtimeMs, size } = await stat(program);
  const name = `pglite-${Math.round(mtimeMs)}-${size}.tar`;
  return join(import.meta.dirname, "../../node_modules/.cache/imagehub", name);
}
