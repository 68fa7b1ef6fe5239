import { sql, type Kysely } from "kysely";
import { APPLICATION, write } from "../postgres.ts";
import type { Tables } from "../tables.ts";
import type { RestoreTarget } from "./restore-target.ts";

/** Tables in a PostgreSQL database: replaced, definitions and all, in one transaction. */
export function createPostgresTarget(kysely: Kysely<Tables>): RestoreTarget {
  return {
    async describe() {
      if (!(await hasTables(kysely))) return undefined;
      const [repositories, users] = [await count(kysely, "repositories"), await count(kysely, "users")];
      if (repositories + users === 0) return undefined;
      return `tables with ${repositories} repositories and ${users} users`;
    },
    async isInUse() {
      const { rows } = await sql<{ hubs: number }>`
        SELECT count(*) AS hubs FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = ${APPLICATION} AND pid <> pg_backend_pid()`.execute(
        kysely,
      );
      return (rows[0]?.hubs ?? 0) > 0;
    },
    async replace(load) {
      const result = await write(kysely, (transaction) => load({ transaction, kind: "postgres" }));
      return { result, kept: undefined };
    },
    close: () => kysely.destroy(),
  };
}

async function hasTables(kysely: Kysely<Tables>): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    SELECT to_regclass('repositories') IS NOT NULL AND to_regclass('users') IS NOT NULL AS found`.execute(
    kysely,
  );
  return rows[0]?.found ?? false;
}

async function count(kysely: Kysely<Tables>, table: "repositories" | "users"): Promise<number> {
  const row = await kysely
    .selectFrom(table)
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return row.count;
}
