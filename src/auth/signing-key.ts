import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type CryptoKey,
  type JWK,
} from "jose";
import type { Database, Queryable } from "../database/database.ts";

const SETTING = "registry-signing-key";
export const SIGNING_ALGORITHM = "ES256";

export interface SigningKey {
  id: string;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  publicJwk: JWK;
}

/** The hub's key for registry tokens; made once and kept in the database, so that all replicas share it. */
export async function loadSigningKey(database: Database): Promise<SigningKey> {
  const stored = (await readSetting(database.read)) ?? (await storeFirst(database, await newKey()));
  const { d, ...publicJwk } = JSON.parse(stored) as JWK;
  return {
    id: await calculateJwkThumbprint(publicJwk),
    privateKey: (await importJWK(
      { ...publicJwk, ...(d !== undefined && { d }) },
      SIGNING_ALGORITHM,
    )) as CryptoKey,
    publicKey: (await importJWK(publicJwk, SIGNING_ALGORITHM)) as CryptoKey,
    publicJwk,
  };
}

async function newKey(): Promise<string> {
  const { privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
  return JSON.stringify(await exportJWK(privateKey));
}

/** Two replicas that start at once agree on the key that was stored first. */
async function storeFirst(database: Database, value: string): Promise<string> {
  return database.write(async (transaction) => {
    await transaction
      .insertInto("settings")
      .values({ name: SETTING, value })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return (await readSetting(transaction)) ?? value;
  });
}

async function readSetting(queryable: Queryable): Promise<string | undefined> {
  const row = await queryable
    .selectFrom("settings")
    .select("value")
    .where("name", "=", SETTING)
    .executeTakeFirst();
  return row?.value;
}
