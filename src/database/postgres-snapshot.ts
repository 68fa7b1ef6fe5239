import { sql, type ControlledTransaction, type Kysely } from "kysely";
import { MAX_BATCH_ROWS, type DatabaseSnapshot, type RowBatch } from "./snapshot.ts";
import type { Tables } from "./tables.ts";

/** Of rows that hold a manifest's bytes, which may be 4 MiB and come as text of twice that. */
const BATCH_ROWS_OF_CONTENTS = 8;

/** One connection in a transaction that sees what was committed when it began. */
export async function openPostgresSnapshot(kysely: Kysely<Tables>): Promise<DatabaseSnapshot> {
  const transaction = await kysely.startTransaction().execute();
  try {
    await sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY`.execute(transaction);
    // What is seen is settled by the first query.
    await sql`SELECT count(*) FROM schema_version`.execute(transaction);
  } catch (error) {
    await transaction.rollback().execute();
    throw error;
  }
  return {
    read: transaction,
    rows: (table) => readRows(transaction, table),
    close: async () => void (await transaction.rollback().execute()),
  };
}

async function* readRows(
  transaction: ControlledTransaction<Tables>,
  table: keyof Tables,
): AsyncGenerator<RowBatch> {
  const cursor = sql.id(`dump_${table}`);
  await sql`DECLARE ${cursor} NO SCROLL CURSOR FOR SELECT * FROM ${sql.table(table)}`.execute(transaction);
  const batchRows = sql.lit(table === "manifest_contents" ? BATCH_ROWS_OF_CONTENTS : MAX_BATCH_ROWS);
  for (;;) {
    const { rows } = await sql<object>`FETCH ${batchRows} FROM ${cursor}`.execute(transaction);
    const [first] = rows;
    if (first === undefined) break;
    yield { columns: Object.keys(first), rows: rows.map((row) => Object.values(row) as unknown[]) };
  }
  await sql`CLOSE ${cursor}`.execute(transaction);
}
