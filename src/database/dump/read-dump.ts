import { createHash } from "node:crypto";
import { NEWEST_SCHEMA } from "../migrate.ts";
import { MAX_BATCH_ROWS } from "../snapshot.ts";
import { DumpDamagedError, DumpVersionError } from "./errors.ts";
import {
  decodeValue,
  DUMP_FORMAT,
  type DumpHeader,
  type DumpTrailer,
  type DumpValue,
  type TableLine,
} from "./format.ts";
import { readLines } from "./lines.ts";

/** A part of a dump: first its header, at last its trailer, and rows in between. */
export type DumpPart = { header: DumpHeader } | RowsPart | { trailer: DumpTrailer };

export interface RowsPart extends TableLine {
  rows: DumpValue[][];
}

export interface DumpSummary extends DumpTrailer {
  header: DumpHeader;
}

/**
 * Reads a dump, some rows at a time. That it is whole is known only when it has ended without an error.
 * @throws DumpDamagedError; DumpVersionError for one that this program cannot read; what the source throws
 */
export async function* readDump(source: AsyncIterable<Uint8Array>): AsyncGenerator<DumpPart> {
  const counts: Record<string, number> = {};
  let header: DumpHeader | undefined;
  let part: RowsPart | undefined;
  let partBytes = 0;
  for await (const { value, sizeBytes } of readValues(source)) {
    if (!header) {
      header = parseHeader(value);
      yield { header };
    } else if (Array.isArray(value)) {
      if (part?.columns.length !== value.length) throw new DumpDamagedError("a row of it fits no table");
      part.rows.push(value.map(decoded));
      partBytes += sizeBytes;
      counts[part.table] = (counts[part.table] ?? 0) + 1;
      if (part.rows.length < MAX_BATCH_ROWS && partBytes < MAX_PART_BYTES) continue;
      yield part;
      part = { table: part.table, columns: part.columns, rows: [] };
      partBytes = 0;
    } else {
      if (part && part.rows.length > 0) yield part;
      if (isEnd(value)) yield { trailer: requireCounts(value.end, { header, counts }) };
      else part = startTable(value as TableLine, header);
      partBytes = 0;
    }
  }
}

/** Reads a dump to its end. @throws as `readDump` */
export async function verifyDump(source: AsyncIterable<Uint8Array>): Promise<DumpSummary> {
  let header: DumpHeader | undefined;
  for await (const part of readDump(source)) {
    if ("header" in part) ({ header } = part);
    if ("trailer" in part && header) return { header, ...part.trailer };
  }
  throw new DumpDamagedError("it is empty");
}

/** Bytes of lines whose rows are handed on together. */
const MAX_PART_BYTES = 1024 * 1024;

/** The values of the lines, the last one only when the digest of those before is what it says. */
async function* readValues(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ value: object; sizeBytes: number }> {
  const hash = createHash("sha256");
  let end: { end: DumpTrailer } | undefined;
  for await (const line of readLines(source)) {
    if (end) throw new DumpDamagedError("something follows its end");
    const value = parseLine(line);
    if (isEnd(value)) end = value;
    else {
      hash.update(line).update("\n");
      yield { value, sizeBytes: line.length };
    }
  }
  if (!end) throw new DumpDamagedError("it is cut off");
  const digest = `sha256:${hash.digest("hex")}`;
  if (end.end.digest !== digest) throw new DumpDamagedError("its digest is not that of its lines");
  yield { value: end, sizeBytes: 0 };
}

function isEnd(value: object): value is { end: DumpTrailer } {
  return "end" in value && typeof value.end === "object" && value.end !== null;
}

function parseLine(line: Buffer): object {
  try {
    const value: unknown = JSON.parse(line.toString());
    if (typeof value === "object" && value !== null) return value;
  } catch (error) {
    throw new DumpDamagedError("a line of it is no JSON", { cause: error });
  }
  throw new DumpDamagedError("a line of it is no row");
}

function parseHeader(value: object): DumpHeader {
  const header = value as DumpHeader;
  if (!("dump" in header) || !Array.isArray(header.tables)) throw new DumpDamagedError("it has no header");
  if (header.dump !== DUMP_FORMAT) throw new DumpVersionError("format", header.dump, DUMP_FORMAT);
  if (!Number.isInteger(header.schema)) throw new DumpDamagedError("its header has no schema");
  if (header.schema > NEWEST_SCHEMA) throw new DumpVersionError("schema", header.schema, NEWEST_SCHEMA);
  return header;
}

function startTable({ table, columns }: TableLine, header: DumpHeader): RowsPart {
  if (!header.tables.includes(table)) throw new DumpDamagedError("it has a table that its header lacks");
  return { table, columns, rows: [] };
}

function decoded(value: unknown): DumpValue {
  try {
    return decodeValue(value);
  } catch (error) {
    throw new DumpDamagedError("a value of it is of no known type", { cause: error });
  }
}

/** @throws DumpDamagedError when the rows are not as many as the dump says */
function requireCounts(
  trailer: DumpTrailer,
  { header, counts }: { header: DumpHeader; counts: Record<string, number> },
): DumpTrailer {
  for (const table of header.tables) {
    const [expected, found] = [trailer.rows?.[table], counts[table] ?? 0];
    if (expected === found) continue;
    throw new DumpDamagedError(`it has ${found} rows of ${table}, expected ${expected}`);
  }
  return trailer;
}
