import { createHash, randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Database, Queryable } from "../database/database.ts";
import { InvalidAccountError, UnauthenticatedError } from "./errors.ts";
import { hashPassword, MAX_PASSWORD_BYTES, verifyPassword } from "./password.ts";
import type { Subject } from "./subject.ts";

/** The administrator that every hub has. */
export const ADMIN = "admin";

/** Names that would be taken for something else: parts of URLs and of other registries' names. */
const RESERVED_NAMES = new Set([
  "admin",
  "anonymous",
  "api",
  "apis",
  "library",
  "system",
  "v1",
  "v2",
  "token",
]);
const USER_NAME = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
/** NIST SP 800-63B asks for 8 at least. */
const MIN_PASSWORD_LENGTH = 8;
/** Passwords verified lately: a client sends its password with each token request. */
const MAX_VERIFIED = 10_000;
const VERIFIED_TTL_MS = 5 * 60 * 1000;

export interface Accounts {
  /**
   * Makes the administrator if there is none.
   * @returns the password made, when one was made: shown once
   */
  ensureAdmin(password?: string): Promise<string | undefined>;
  /** @throws InvalidAccountError */
  register(account: { name: string; password: string; displayName?: string }): Promise<void>;
  /** @throws UnauthenticatedError; PasswordQueueFullError */
  logIn(name: string, password: string): Promise<Subject>;
}

export function createAccounts({
  database,
  now = Date.now,
}: {
  database: Database;
  now?: () => number;
}): Accounts {
  // Keyed by the stored hash too, so that a changed password ends what was verified with the old one.
  const verified = new LRUCache<string, true>({ max: MAX_VERIFIED, ttl: VERIFIED_TTL_MS });
  const decoy = hashPassword(randomBytes(16).toString("hex"));

  return {
    async ensureAdmin(password) {
      if (await findUser(database.read, ADMIN)) return undefined;
      const chosen = password ?? randomBytes(15).toString("base64url");
      await insertUser(database, {
        name: ADMIN,
        passwordHash: await hashPassword(chosen),
        administrator: true,
        now: now(),
      });
      return password === undefined ? chosen : undefined;
    },

    async register({ name, password, displayName }) {
      checkName(name);
      checkPassword(password);
      await insertUser(database, {
        name,
        displayName,
        passwordHash: await hashPassword(password),
        administrator: false,
        now: now(),
      });
    },

    async logIn(name, password) {
      const user = await findUser(database.read, name);
      const passwordHash = user?.password_hash ?? (await decoy);
      const key = createHash("sha256").update(`${name}\0${passwordHash}\0${password}`).digest("base64");
      const known = verified.get(key) === true;
      // An unknown name costs the same time as a wrong password, so that names cannot be probed.
      const right = known || (await verifyPassword(password, passwordHash));
      if (!right || !user || user.disabled === 1) throw new UnauthenticatedError();
      verified.set(key, true);
      return { kind: "user", name: user.name, administrator: user.administrator === 1 };
    },
  };
}

function findUser(queryable: Queryable, name: string) {
  return queryable
    .selectFrom("users")
    .select(["name", "password_hash", "administrator", "disabled"])
    .where("name", "=", name)
    .executeTakeFirst();
}

interface NewUser {
  name: string;
  displayName?: string | undefined;
  passwordHash: string;
  administrator: boolean;
  now: number;
}

/** Writes the user and the user's own organization: both share one name space. */
async function insertUser(database: Database, user: NewUser): Promise<void> {
  const { name, now } = user;
  await database.write(async (transaction) => {
    const inserted = await transaction
      .insertInto("users")
      .values({
        name,
        password_hash: user.passwordHash,
        administrator: Number(user.administrator),
        disabled: 0,
        display_name: user.displayName ?? "",
        created_at: now,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning("name")
      .execute();
    const organization = await transaction
      .insertInto("organizations")
      .values({ name, default_visibility: "public", created_at: now })
      .onConflict((conflict) => conflict.doNothing())
      .returning("name")
      .execute();
    if (inserted.length === 0 || organization.length === 0) {
      throw new InvalidAccountError(
        "name",
        `Cannot register ${JSON.stringify(name)}: the name is taken by a user or an organization`,
      );
    }
    await transaction
      .insertInto("organization_members")
      .values({ organization: name, kind: "User", name, role: "owner" })
      .execute();
  });
}

function checkName(name: string): void {
  if (!USER_NAME.test(name)) {
    throw new InvalidAccountError(
      "name",
      `Cannot register ${JSON.stringify(name.slice(0, 100))}: expected 1 to 63 of a-z, 0-9 and -, beginning and ending with a letter or digit`,
    );
  }
  if (RESERVED_NAMES.has(name))
    throw new InvalidAccountError("name", `Cannot register ${JSON.stringify(name)}: the name is reserved`);
}

function checkPassword(password: string): void {
  if (password.length < MIN_PASSWORD_LENGTH || Buffer.byteLength(password) > MAX_PASSWORD_BYTES) {
    throw new InvalidAccountError(
      "password",
      `Cannot register: expected a password of ${MIN_PASSWORD_LENGTH} characters to ${MAX_PASSWORD_BYTES} bytes`,
    );
  }
}
