import type { Database, WriteTransaction } from "../database/database.ts";
import { prepare } from "../database/prepared.ts";
import { rememberUntilChanged } from "../database/remembered.ts";
import { isUserName } from "./account-rules.ts";
import { InvalidAccountError, UnauthenticatedError } from "./errors.ts";
import { fingerprintOf } from "./password.ts";

/** An account, as its row has it. */
export interface AccountRow {
  name: string;
  password_hash: string;
  administrator: number;
  disabled: number;
  display_name: string;
  created_at: number;
}

/** What is known of an account, beside its password. */
export interface Account {
  name: string;
  administrator: boolean;
  disabled: boolean;
  /** What its user said when it registered; the User resource may say otherwise since. */
  displayName: string;
  /** Whether it can be logged in to by a password. */
  hasPassword: boolean;
  createdAt: number;
}

export interface NewAccount {
  name: string;
  displayName?: string | undefined;
  passwordHash: string;
  administrator: boolean;
  now: number;
}

/** Asked at each request that carries a password. */
export function prepareFindAccount(database: Database): (name: string) => Promise<AccountRow | undefined> {
  const query = prepare(database, (queryable, { name }: { name: string }) =>
    queryable.selectFrom("users").selectAll().where("name", "=", name),
  );
  const find = rememberUntilChanged(query, ({ name }: { name: string }) => name);
  // PostgreSQL takes no NUL in a text: what cannot be a name is not asked for.
  return async (name) => (isUserName(name) ? find({ name }) : undefined);
}

export function toAccount(row: AccountRow): Account {
  return {
    name: row.name,
    administrator: row.administrator === 1,
    disabled: row.disabled === 1,
    displayName: row.display_name,
    hasPassword: row.password_hash !== NO_PASSWORD,
    createdAt: row.created_at,
  };
}

/** @returns false when there is no such account, or its password is not that of `expected` any more */
export async function replacePasswordHash(
  transaction: WriteTransaction,
  { name, expected, passwordHash }: { name: string; expected?: string; passwordHash: string },
): Promise<boolean> {
  let update = transaction.updateTable("users").set({ password_hash: passwordHash }).where("name", "=", name);
  if (expected !== undefined) update = update.where("password_hash", "=", expected);
  return (await update.returning("name").executeTakeFirst()) !== undefined;
}

/** In the place of a hash, of who logs in by a provider alone: no password has it. */
export const NO_PASSWORD = "";

/**
 * Whoever logs in gets what outlives the request only while the password that was checked is the account's still: a
 * change of it, which ends what others have, may have come in between.
 * @throws UnauthenticatedError
 */
export async function requirePassword(
  transaction: WriteTransaction,
  { database, name, password }: { database: Database; name: string; password: string | undefined },
): Promise<void> {
  if (password === undefined) return;
  const account = await transaction
    .selectFrom("users")
    .select("password_hash")
    .where("name", "=", name)
    // A change waits until this is committed, and ends it too.
    .$if(database.kind === "postgres", (rows) => rows.forUpdate())
    .executeTakeFirst();
  if (!account || fingerprintOf(account.password_hash) !== password) throw new UnauthenticatedError();
}

/**
 * Writes the account and its own organization: both share one name space.
 * @param alongside what is written with it, or nothing is
 * @throws InvalidAccountError when the name is taken
 */
export async function insertAccount(
  database: Database,
  account: NewAccount,
  alongside?: (transaction: WriteTransaction) => Promise<void>,
): Promise<void> {
  const { name, now } = account;
  await database.write(async (transaction) => {
    const inserted = await transaction
      .insertInto("users")
      .values({
        name,
        password_hash: account.passwordHash,
        administrator: Number(account.administrator),
        disabled: 0,
        display_name: account.displayName ?? "",
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
    await alongside?.(transaction);
  });
}
