import { createHash, type Hash } from "node:crypto";
import { pipeline } from "node:stream/promises";
import { createZstdCompress } from "node:zlib";
import type { Database } from "../database.ts";
import { readSchemaVersion } from "../migrate.ts";
import { readIncarnation } from "../settings.ts";
import type { DatabaseSnapshot } from "../snapshot.ts";
import { TABLE_NAMES } from "../table-names.ts";
import { DUMP_FORMAT, encodeValue, type DumpHeader, type DumpTrailer } from "./format.ts";
import { createPace } from "./pace.ts";
import { readSequences } from "./sequences.ts";

export interface DumpOptions {
  /** The version of this program. */
  program: string;
  /** Default: the system's clock. */
  now?: () => number;
  /** Ends the dump with its reason. */
  signal?: AbortSignal | undefined;
  /** Called now and then with the rows so far. */
  onProgress?: (rows: number) => void;
  /** Called with what the dump's last line says. */
  onEnd?: (trailer: DumpTrailer) => void;
}

/**
 * The bytes of a dump of what is committed now. Written beside everything else: it holds up no writer, and pauses as
 * long as it works.
 */
export async function* dumpDatabase(
  database: Pick<Database, "kind" | "openSnapshot">,
  options: DumpOptions,
): AsyncGenerator<Buffer> {
  const zstd = createZstdCompress();
  const compressing = pipeline(batchesOf(dumpLines(database, options)), zstd);
  // What fails destroys the stream too, and is thrown by its reader below.
  compressing.catch(() => undefined);
  for await (const chunk of zstd) yield chunk as Buffer;
  await compressing;
}

/** What is handed to the compressor at once. */
const CHUNK_CHARACTERS = 128 * 1024;

/** A call of the compressor takes longer than a row does. */
async function* batchesOf(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let batch = "";
  for await (const line of lines) {
    batch += line;
    if (batch.length < CHUNK_CHARACTERS) continue;
    yield batch;
    batch = "";
  }
  yield batch;
}

async function* dumpLines(
  database: Pick<Database, "kind" | "openSnapshot">,
  options: DumpOptions,
): AsyncGenerator<string> {
  const snapshot = await database.openSnapshot();
  try {
    const hash = createHash("sha256");
    yield hashed(hash, await headerOf(snapshot, database.kind, options));
    const rows: DumpTrailer["rows"] = {};
    for (const table of TABLE_NAMES) {
      rows[table] = 0;
      for await (const [text, count] of tableText(snapshot, table)) {
        options.signal?.throwIfAborted();
        yield hashed(hash, text);
        rows[table] += count;
      }
      options.onProgress?.(sum(rows));
    }
    const end: DumpTrailer = { rows, digest: `sha256:${hash.digest("hex")}` };
    yield lineOf({ end });
    options.onEnd?.(end);
  } finally {
    await snapshot.close();
  }
}

async function headerOf(
  { read }: DatabaseSnapshot,
  kind: Database["kind"],
  { program, now = Date.now }: DumpOptions,
): Promise<string> {
  const header: DumpHeader = {
    dump: DUMP_FORMAT,
    program,
    schema: await readSchemaVersion(read),
    incarnation: await readIncarnation(read),
    kind,
    createdAt: new Date(now()).toISOString(),
    tables: TABLE_NAMES,
    sequences: await readSequences(read, { kind, tables: TABLE_NAMES }),
  };
  return lineOf(header);
}

/** Lines of a table, some at a time, with how many rows they are; none of an empty one. */
async function* tableText(
  snapshot: DatabaseSnapshot,
  table: (typeof TABLE_NAMES)[number],
): AsyncGenerator<[text: string, count: number]> {
  const pace = createPace();
  let isFirst = true;
  for await (const { columns, rows } of snapshot.rows(table)) {
    if (isFirst) yield [lineOf({ table, columns }), 0];
    isFirst = false;
    yield [rows.map((row) => lineOf(row.map(encodeValue))).join(""), rows.length];
    await pace();
  }
}

function lineOf(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

function hashed(hash: Hash, text: string): string {
  hash.update(text);
  return text;
}

function sum(rows: Record<string, number>): number {
  return Object.values(rows).reduce((total, count) => total + count, 0);
}
