import type { Database, Queryable } from "../database/database.ts";

/** What is made once and kept in the database under this name, so that all replicas and later starts have the same. */
export async function loadLastingValue(
  database: Database,
  name: string,
  make: () => string,
): Promise<string> {
  return (await readSetting(database.read, name)) ?? (await storeFirst(database, name, make()));
}

/** Two replicas that start at once agree on what was stored first. */
async function storeFirst(database: Database, name: string, value: string): Promise<string> {
  return database.write(async (transaction) => {
    await transaction
      .insertInto("settings")
      .values({ name, value })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return (await readSetting(transaction, name)) ?? value;
  });
}

async function readSetting(queryable: Queryable, name: string): Promise<string | undefined> {
  const row = await queryable
    .selectFrom("settings")
    .select("value")
    .where("name", "=", name)
    .executeTakeFirst();
  return row?.value;
}
