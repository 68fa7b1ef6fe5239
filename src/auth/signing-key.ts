import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type CryptoKey,
  type JSONWebKeySet,
  type JWK,
} from "jose";
import type { Database, Queryable, WriteTransaction } from "../database/database.ts";

export const SIGNING_ALGORITHM = "ES256";
/** Age at which a key is replaced. */
const ROTATE_AFTER_MS = 90 * 24 * 3_600_000;
/** A key that was replaced verifies for this long: its tokens are over by then, and copies of the key set as well. */
export const VERIFIES_FOR_MS = 24 * 3_600_000;
/** Ages are looked at this often. */
const LOOK_EVERY_MS = 3_600_000;
/** A token may name a key that another replica just made; whoever makes names up costs one query in this time. */
const RELOAD_EVERY_MS = 1000;

/** The hub's keys for registry tokens, kept in the database, so that all replicas share them. */
export interface SigningKeys {
  /** The one that signs. */
  current(): SigningKey;
  /** One that verifies, by its id. */
  find(id: string | undefined): Promise<SigningKey | undefined>;
  /** The public halves, for whoever trusts the hub: RFC 7517. */
  publicKeys(): JSONWebKeySet;
  /** Makes a new key when the newest is old, and forgets those whose tokens are over. */
  rotate(): Promise<void>;
  close(): Promise<void>;
}

export interface SigningKey {
  id: string;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  publicJwk: JWK;
}

export async function openSigningKeys(
  database: Database,
  { now = Date.now }: { now?: () => number } = {},
): Promise<SigningKeys> {
  let keys: SigningKey[] = [];
  let loadedAt = 0;

  async function use(stored: readonly StoredKey[]): Promise<void> {
    keys = await Promise.all(stored.map(({ jwk }) => importKey(jwk)));
    loadedAt = now();
  }

  async function rotate(): Promise<void> {
    // Made outside of the transaction, though it is seldom needed: the database's one writer does not wait for it.
    const stored = await readKeys(database.read);
    if (!isOutdated(stored, now())) return use(stored);
    const made = { jwk: await createKey(), madeAt: now() };
    await use(await database.write((transaction) => replaceOutdated(transaction, { made, now: now() })));
  }

  await rotate();
  // A database that fails says so to others; the next look may do better.
  const timer = setInterval(() => void rotate().catch(() => undefined), LOOK_EVERY_MS).unref();
  return {
    current: () => keys[0] as SigningKey,
    publicKeys: () => ({ keys: keys.map(({ publicJwk }) => publicJwk) }),
    rotate,
    async find(id) {
      const known = keys.find((key) => key.id === id);
      if (known || id === undefined || now() - loadedAt < RELOAD_EVERY_MS) return known;
      await use(await readKeys(database.read));
      return keys.find((key) => key.id === id);
    },
    close: async () => clearInterval(timer),
  };
}

const SETTING = "registry-signing-key";

interface StoredKey {
  /** With its private half. */
  jwk: JWK;
  madeAt: number;
}

/** The newest first; when the next one was made, one is no longer used. */
function stillVerify(stored: readonly StoredKey[], now: number): StoredKey[] {
  return stored.filter((_, index) => index === 0 || (stored[index - 1]?.madeAt ?? 0) > now - VERIFIES_FOR_MS);
}

function isOutdated(stored: readonly StoredKey[], now: number): boolean {
  const [newest] = stored;
  return !newest || newest.madeAt <= now - ROTATE_AFTER_MS || stillVerify(stored, now).length < stored.length;
}

/** Two replicas that look at once agree on the key that was stored first. */
async function replaceOutdated(
  transaction: WriteTransaction,
  { made, now }: { made: StoredKey; now: number },
): Promise<StoredKey[]> {
  // Holds the row, so that the second of two waits for what the first one stores.
  await transaction
    .insertInto("settings")
    .values({ name: SETTING, value: "[]" })
    .onConflict((conflict) =>
      conflict.column("name").doUpdateSet((eb) => ({ value: eb.ref("settings.value") })),
    )
    .execute();
  const stored = await readKeys(transaction);
  const [newest] = stored;
  const isNeeded = !newest || newest.madeAt <= now - ROTATE_AFTER_MS;
  const kept = stillVerify(isNeeded ? [made, ...stored] : stored, now);
  const value = JSON.stringify(kept);
  await transaction.updateTable("settings").set({ value }).where("name", "=", SETTING).execute();
  return kept;
}

async function readKeys(queryable: Queryable): Promise<StoredKey[]> {
  const row = await queryable
    .selectFrom("settings")
    .select("value")
    .where("name", "=", SETTING)
    .executeTakeFirst();
  if (!row) return [];
  const value = JSON.parse(row.value) as JWK | StoredKey[];
  // Of a hub that knew one key, whose age it did not know.
  return Array.isArray(value) ? value : [{ jwk: value, madeAt: 0 }];
}

async function createKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
  return exportJWK(privateKey);
}

async function importKey(jwk: JWK): Promise<SigningKey> {
  const { d: _, ...bare } = jwk;
  const id = await calculateJwkThumbprint(bare);
  return {
    id,
    privateKey: (await importJWK(jwk, SIGNING_ALGORITHM)) as CryptoKey,
    publicKey: (await importJWK(bare, SIGNING_ALGORITHM)) as CryptoKey,
    publicJwk: { ...bare, kid: id, alg: SIGNING_ALGORITHM, use: "sig" },
  };
}
