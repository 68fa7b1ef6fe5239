import { createHash, randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Database } from "../database/database.ts";
import {
  insertAccount,
  prepareFindAccount,
  replacePasswordHash,
  toAccount,
  type Account,
  type AccountRow,
} from "./account-rows.ts";
import { checkDisplayName, checkName, checkPassword } from "./account-rules.ts";
import { UnauthenticatedError, WrongPasswordError } from "./errors.ts";
import { endPasswordReset } from "./password-resets.ts";
import { fingerprintOf, hashPassword, isCurrentHash, verifyPassword } from "./password.ts";
import { endSessions } from "./sessions.ts";
import type { Subject, UserSubject } from "./subject.ts";

/** The administrator that every hub has. */
export const ADMIN = "admin";

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
  /** By password, or a token in its place. @throws UnauthenticatedError; TooManyRequestsError */
  logIn(name: string, password: string): Promise<Subject>;
  /** By password alone. @throws UnauthenticatedError; TooManyRequestsError */
  logInByPassword(name: string, password: string): Promise<UserSubject>;
  /** Who a token stands for. @throws UnauthenticatedError */
  logInByToken(token: string): Promise<Subject>;
  /** Sets a new password, and ends the user's sessions but for one, and a code for another password. @throws InvalidAccountError; TooManyRequestsError */
  changePassword(name: string, change: PasswordChange): Promise<void>;
  /** Asks whether somebody who is logged in knows the password too. @throws InvalidAccountError; TooManyRequestsError */
  confirmPassword(name: string, password: string): Promise<void>;
  find(name: string): Promise<Account | undefined>;
  /** Whether there is an account of this name. */
  exists(name: string): Promise<boolean>;
}

export interface PasswordChange {
  current: string;
  password: string;
  /** The session that asks, which goes on. */
  keptSession?: string | undefined;
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
  const findAccount = prepareFindAccount(database);
  const verifyOnce = shareByKey<boolean>();
  const decoy = hashPassword(randomBytes(16).toString("hex"));

  /** The account, if it is one, is not disabled, and this is its password. */
  async function verify(name: string, password: string): Promise<AccountRow | undefined> {
    const user = await findAccount(name);
    // Who has no password is as an unknown name.
    const passwordHash = user?.password_hash || (await decoy);
    const key = createHash("sha256").update(`${name}\0${passwordHash}\0${password}`).digest("base64");
    const known = verified.get(key) === true;
    // An unknown name costs the same time as a wrong password, so that names cannot be probed.
    const right = known || (await verifyOnce(key, () => verifyPassword(password, passwordHash)));
    if (!right || !user?.password_hash || user.disabled === 1) return undefined;
    verified.set(key, true);
    return isCurrentHash(passwordHash) ? user : rehash(user, password);
  }

  /** Brings an old hash to today's parameters, unless the password was changed meanwhile. */
  async function rehash(user: AccountRow, password: string): Promise<AccountRow> {
    const { name, password_hash: expected } = user;
    const passwordHash = await hashPassword(password);
    await database.write((transaction) => replacePasswordHash(transaction, { name, expected, passwordHash }));
    return { ...user, password_hash: passwordHash };
  }

  async function logInByPassword(name: string, password: string): Promise<UserSubject> {
    const user = await verify(name, password);
    if (!user) throw new UnauthenticatedError();
    return {
      kind: "user",
      name: user.name,
      administrator: user.administrator === 1,
      password: fingerprintOf(user.password_hash),
    };
  }

  return {
    async ensureAdmin(password) {
      if (await findAccount(ADMIN)) return undefined;
      const chosen = password ?? randomBytes(15).toString("base64url");
      await insertAccount(database, {
        name: ADMIN,
        passwordHash: await hashPassword(chosen),
        administrator: true,
        now: now(),
      });
      return password === undefined ? chosen : undefined;
    },

    exists: async (name) => (await findAccount(name)) !== undefined,

    async find(name) {
      const row = await findAccount(name);
      return row && toAccount(row);
    },

    async register({ name, password, displayName }) {
      checkName(name);
      checkPassword(password);
      checkDisplayName(displayName);
      const passwordHash = await hashPassword(password);
      await insertAccount(database, { name, displayName, passwordHash, administrator: false, now: now() });
    },

    logIn: logInByPassword,
    logInByPassword,

    async logInByToken() {
      throw new UnauthenticatedError("Cannot accept token: it is not known here");
    },

    async confirmPassword(name, password) {
      if (!(await verify(name, password)))
        throw new WrongPasswordError("password", "Cannot go on: the password is wrong");
    },

    async changePassword(name, { current, password, keptSession }) {
      checkPassword(password);
      const user = await verify(name, current);
      if (!user) throw wrongCurrent();
      const passwordHash = await hashPassword(password);
      await database.write(async (transaction) => {
        // Of two changes at once one does: the other's current password is none any more.
        const change = { name, expected: user.password_hash, passwordHash };
        if (!(await replacePasswordHash(transaction, change))) throw wrongCurrent();
        await endSessions(transaction, { user: name, except: keptSession });
        await endPasswordReset(transaction, name);
      });
    },
  };
}

/** Callers with the same key at once share what the first began: a client opens many connections together. */
function shareByKey<T>(): (key: string, begin: () => Promise<T>) => Promise<T> {
  const running = new Map<string, Promise<T>>();
  return (key, begin) => {
    const shared = running.get(key) ?? begin().finally(() => running.delete(key));
    running.set(key, shared);
    return shared;
  };
}

function wrongCurrent(): WrongPasswordError {
  return new WrongPasswordError("current", "Cannot change password: the current password is wrong");
}
