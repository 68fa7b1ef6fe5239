import { sql } from "kysely";
import type { Database, Queryable, WriteTransaction } from "../../database/database.ts";
import { prepareStatement } from "../../database/prepared.ts";
import { ExpiredError } from "../errors.ts";

/** The setting that holds the version given last. */
const VERSION_SETTING = "resource_version";
/** An empty store's version: 0 would mean "any" to a Kubernetes client. */
const FIRST_VERSION = 1;
/** "imhr" in ASCII: some number that no other program on the same PostgreSQL database locks by. */
const WRITE_LOCK = sql.lit(0x696d_6872);

/**
 * Lets one resource write in at a time until its commit, so that versions grow in commit order: who has seen a version
 * has seen all before it. SQLite has one writer anyway.
 */
export async function lockResources(transaction: WriteTransaction, kind: Database["kind"]): Promise<void> {
  if (kind === "postgres") await sql`SELECT pg_advisory_xact_lock(${WRITE_LOCK})`.execute(transaction);
}

/** The next version, or the one that is so many further on. Under `lockResources` alone. */
export async function nextVersion(transaction: WriteTransaction, step = 1): Promise<number> {
  const row =
    step === 1
      ? await raiseByOne.first(transaction, {})
      : await raiseVersion(transaction, step).executeTakeFirst();
  return Number(row?.value);
}

const raiseByOne = prepareStatement((queryable) => raiseVersion(queryable, 1));

function raiseVersion(queryable: Queryable, step: number) {
  return queryable
    .insertInto("settings")
    .values({ name: VERSION_SETTING, value: String(FIRST_VERSION + step) })
    .onConflict((conflict) =>
      conflict.column("name").doUpdateSet({
        // SQLite takes any type name with INT in it for its integer.
        value: sql`CAST(CAST(settings.value AS BIGINT) + ${sql.lit(step)} AS TEXT)`,
      }),
    )
    .returning("value");
}

/** The version given last, of what is committed. */
export async function currentVersion(queryable: Queryable): Promise<number> {
  const row = await queryable
    .selectFrom("settings")
    .select("value")
    .where("name", "=", VERSION_SETTING)
    .executeTakeFirst();
  return row ? Number(row.value) : FIRST_VERSION;
}

/** @throws ExpiredError for what is no version: the client lists again, as for one that is gone */
export function parseVersion(text: string): number {
  const version = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(version)) {
    throw new ExpiredError(
      `Cannot watch from resourceVersion ${JSON.stringify(text)}: expected one that a list gave`,
    );
  }
  return version;
}
