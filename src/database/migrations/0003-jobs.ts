import { sql } from "kysely";
import { columnTypes } from "./column-types.ts";
import type { SchemaContext } from "./migration.ts";

/** Long work that administrators start, with what became of it. */
export async function migration({ transaction, kind }: SchemaContext): Promise<void> {
  const { text, integer, asTable } = columnTypes(kind);
  const { schema } = transaction;
  await schema
    .createTable("jobs")
    // Never given twice, so that no id comes to name another job.
    .addColumn("id", integer, (column) =>
      kind === "sqlite"
        ? column.primaryKey().autoIncrement()
        : column.primaryKey().generatedAlwaysAsIdentity(),
    )
    .addColumn("kind", text, (column) => column.notNull())
    .addColumn("lane", text, (column) => column.notNull())
    .addColumn("parameters", text, (column) => column.notNull())
    .addColumn("state", text, (column) => column.notNull())
    .addColumn("progress", text)
    .addColumn("result", text)
    .addColumn("error", text)
    .addColumn("started_by", text)
    .addColumn("created_at", integer, (column) => column.notNull())
    .addColumn("started_at", integer)
    .addColumn("ended_at", integer)
    .addColumn("runner", text)
    .addColumn("beat_at", integer)
    .addColumn("cancel", integer, (column) => column.notNull())
    .$call(asTable)
    .execute();
  // The database itself sees to it that no two jobs of a lane run at once, whatever hubs think.
  await schema
    .createIndex("jobs_running_in_lane")
    .on("jobs")
    .column("lane")
    .unique()
    .where(sql.ref("state"), "=", "running")
    .execute();
}
