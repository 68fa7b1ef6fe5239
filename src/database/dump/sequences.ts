import { sql } from "kysely";
import type { Queryable } from "../database.ts";

/** The number that each of these tables with numbered rows gave last, if it gave one: none is ever given twice. */
export async function readSequences(
  queryable: Queryable,
  { kind, tables }: { kind: "sqlite" | "postgres"; tables: readonly string[] },
): Promise<Record<string, number>> {
  const { rows } = await (
    kind === "sqlite"
      ? sql<SequenceRow>`SELECT name AS "table", seq AS last FROM sqlite_sequence`
      : sql<SequenceRow>`
        SELECT "table", pg_sequence_last_value(sequence) AS last FROM (${POSTGRES_SEQUENCES}) AS sequences`
  ).execute(queryable);
  const given = rows.filter(({ table, last }) => last !== null && tables.includes(table));
  return Object.fromEntries(given.map(({ table, last }) => [table, Number(last)]));
}

/** Lets a table go on from a number; its rows have none above it. */
export async function writeSequence(
  queryable: Queryable,
  kind: "sqlite" | "postgres",
  { table, last }: { table: string; last: number },
): Promise<void> {
  if (kind === "postgres") {
    await sql`
      SELECT setval(sequence, ${sql.lit(last)}) FROM (${POSTGRES_SEQUENCES}) AS sequences
      WHERE "table" = ${table}`.execute(queryable);
    return;
  }
  await sql`DELETE FROM sqlite_sequence WHERE name = ${table}`.execute(queryable);
  await sql`INSERT INTO sqlite_sequence (name, seq) VALUES (${table}, ${last})`.execute(queryable);
}

interface SequenceRow {
  table: string;
  last: number | null;
}

const POSTGRES_SEQUENCES = sql`
  SELECT table_name AS "table", pg_get_serial_sequence(quote_ident(table_name), column_name)::regclass AS sequence
  FROM information_schema.columns
  WHERE table_schema = current_schema() AND is_identity = 'YES'`;
