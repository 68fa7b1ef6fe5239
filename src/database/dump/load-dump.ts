import { sql } from "kysely";
import { migrateWithin } from "../migrate.ts";
import type { SchemaContext } from "../migrations/migration.ts";
import { TABLE_NAMES } from "../table-names.ts";
import { DumpDamagedError } from "./errors.ts";
import type { DumpHeader } from "./format.ts";
import { readDump, type DumpSummary, type RowsPart } from "./read-dump.ts";
import { writeSequence } from "./sequences.ts";

/**
 * Puts a dump's rows in the place of all that the database holds, within a transaction, and migrates them to this
 * program's schema.
 * @throws as `readDump`: the transaction is to be rolled back then
 */
export async function loadDump(
  context: SchemaContext,
  source: AsyncIterable<Uint8Array>,
): Promise<DumpSummary> {
  let header: DumpHeader | undefined;
  for await (const part of readDump(source)) {
    if ("header" in part) {
      ({ header } = part);
      await beginAt(context, header);
    } else if ("rows" in part) {
      await insertRows(context, part);
    } else if (header) {
      await endWith(context, header);
      return { header, ...part.trailer };
    }
  }
  throw new DumpDamagedError("it is empty");
}

/** Makes the tables as they were when the dump was written, without the rows that migrations put in. */
async function beginAt({ transaction, kind }: SchemaContext, { schema, tables }: DumpHeader): Promise<void> {
  for (const table of TABLE_NAMES.toReversed())
    await transaction.schema.dropTable(table).ifExists().execute();
  await transaction.schema.dropTable("schema_version").ifExists().execute();
  await migrateWithin({ transaction, kind }, { to: schema });
  for (const table of tables.toReversed()) await sql`DELETE FROM ${sql.table(table)}`.execute(transaction);
}

async function insertRows({ transaction, kind }: SchemaContext, part: RowsPart): Promise<void> {
  const columns = sql.join(part.columns.map((column) => sql.ref(column)));
  const rows = sql.join(part.rows.map((row) => sql`(${sql.join(row)})`));
  // PostgreSQL would number rows itself.
  const overriding = kind === "postgres" ? sql`OVERRIDING SYSTEM VALUE` : sql``;
  await sql`INSERT INTO ${sql.table(part.table)} (${columns}) ${overriding} VALUES ${rows}`.execute(
    transaction,
  );
}

async function endWith({ transaction, kind }: SchemaContext, { sequences }: DumpHeader): Promise<void> {
  for (const [table, last] of Object.entries(sequences)) {
    await writeSequence(transaction, kind, { table, last });
  }
  await migrateWithin({ transaction, kind });
}
