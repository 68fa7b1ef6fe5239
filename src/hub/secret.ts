import { randomBytes } from "node:crypto";
import type { Database, Queryable } from "../database/database.ts";

const SECRET_BYTES = 32;

/** 32 random bytes, made once and kept in the database under this name, so that all replicas share them. */
export async function loadSecret(database: Database, name: string): Promise<Buffer> {
  const stored = (await readSetting(database.read, name)) ?? (await storeFirst(database, name));
  return Buffer.from(stored, "base64url");
}

/** Two replicas that start at once agree on what was stored first. */
async function storeFirst(database: Database, name: string): Promise<string> {
  const value = randomBytes(SECRET_BYTES).toString("base64url");
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
