import type { Queryable } from "./database.ts";

/** The setting that identifies a database's life; the first migration makes it. */
export const INCARNATION_SETTING = "incarnation";

/** The setting that tells since when this database says what is stored, in milliseconds since 1970. */
export const KNOWN_SINCE_SETTING = "known-since";

/** The incarnations of the databases that this one was restored from, the oldest first, with spaces between them. */
export const EARLIER_LIVES_SETTING = "earlier-lives";

export async function readEarlierLives(queryable: Queryable): Promise<string[]> {
  const row = await queryable
    .selectFrom("settings")
    .select("value")
    .where("name", "=", EARLIER_LIVES_SETTING)
    .executeTakeFirst();
  return row?.value.split(" ") ?? [];
}

export function readIncarnation(queryable: Queryable): Promise<string> {
  return readSetting(queryable, INCARNATION_SETTING);
}

/** Bytes in storage that are older than this were put there by somebody else. */
export async function readKnownSince(queryable: Queryable): Promise<Date> {
  return new Date(Number(await readSetting(queryable, KNOWN_SINCE_SETTING)));
}

async function readSetting(queryable: Queryable, name: string): Promise<string> {
  const { value } = await queryable
    .selectFrom("settings")
    .select("value")
    .where("name", "=", name)
    .executeTakeFirstOrThrow();
  return value;
}
