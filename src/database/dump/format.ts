/**
 * A dump of the database, the same from SQLite and PostgreSQL: lines of JSON, compressed with zstd.
 *
 *     {"dump":1,"program":"0.1.0","schema":2,…}           DumpHeader
 *     {"table":"settings","columns":["name","value"]}     TableLine: the rows that follow are this table's
 *     ["incarnation","b5c0…"]                             a row: text, numbers, null, bytes as {"base64":"…"}
 *     …
 *     {"end":{"rows":{"settings":4,…},"digest":"sha256:…"}}
 *
 * The digest is of all lines before the last; without the last line a dump was cut off.
 */
export const DUMP_FORMAT = 1;

export interface DumpHeader {
  dump: typeof DUMP_FORMAT;
  /** The version of the program that wrote it. */
  program: string;
  /** The version of the schema that its tables have. */
  schema: number;
  incarnation: string;
  kind: "sqlite" | "postgres";
  /** ISO 8601, UTC. */
  createdAt: string;
  /** In the order in which they come: what refers to another comes after it. */
  tables: string[];
  /** The number that each table with numbered rows gave last. */
  sequences: Record<string, number>;
}

export interface TableLine {
  table: string;
  columns: string[];
}

export interface DumpTrailer {
  /** By table; of each that the header names. */
  rows: Record<string, number>;
  digest: string;
}

export type DumpValue = string | number | null | Uint8Array;

/** What every dump is called, after the name of its own. */
export const DUMP_SUFFIX = ".jsonl.zst";

export function encodeValue(value: unknown): unknown {
  return value instanceof Uint8Array ? { base64: Buffer.from(value).toString("base64") } : value;
}

/** @throws TypeError for what no dump holds */
export function decodeValue(value: unknown): DumpValue {
  if (value === null || typeof value === "string" || typeof value === "number") return value;
  const { base64 } = value as { base64?: unknown };
  if (typeof base64 !== "string") throw new TypeError("expected a text, a number, null or bytes");
  return Buffer.from(base64, "base64");
}
