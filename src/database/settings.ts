import type { Queryable } from "./database.ts";

/** The setting that identifies a database's life; the first migration makes it. */
export const INCARNATION_SETTING = "incarnation";

export async function readIncarnation(queryable: Queryable): Promise<string> {
  const { value } = await queryable
    .selectFrom("settings")
    .select("value")
    .where("name", "=", INCARNATION_SETTING)
    .executeTakeFirstOrThrow();
  return value;
}
