import { hash, randomBytes } from "node:crypto";
import type { Database, Queryable, WriteTransaction } from "../database/database.ts";
import { replacePasswordHash } from "./account-rows.ts";
import { checkPassword } from "./account-rules.ts";
import { InvalidAccountError } from "./errors.ts";
import { hashPassword } from "./password.ts";
import { endSessions } from "./sessions.ts";

/** Long enough to reach its user, on whatever way; short enough that one that was left lying about is none. */
const CODE_TTL_MS = 24 * 60 * 60 * 1000;

/** One-time codes by which an administrator helps whoever forgot the password. The code is stored hashed. */
export interface PasswordResets {
  /**
   * Makes a code, shown here alone; one that the user had before is none any more.
   * @returns undefined when there is no such account
   */
  create(user: string, options: { by: string }): Promise<{ code: string; expiresAt: number } | undefined>;
  /** Sets the password of the code's user, whose sessions end, and uses the code up. @throws InvalidAccountError */
  use(code: string, password: string): Promise<void>;
}

export function createPasswordResets({
  database,
  now = Date.now,
}: {
  database: Database;
  now?: () => number;
}): PasswordResets {
  return {
    async create(user, { by }) {
      const code = randomBytes(32).toString("base64url");
      const expiresAt = now() + CODE_TTL_MS;
      const row = { code_hash: hashCode(code), created_by: by, created_at: now(), expires_at: expiresAt };
      const isMade = await database.write(async (transaction) => {
        const account = transaction.selectFrom("users").select("name").where("name", "=", user);
        if (!(await account.executeTakeFirst())) return false;
        await transaction
          .insertInto("password_resets")
          .values({ user_name: user, ...row })
          .onConflict((conflict) => conflict.column("user_name").doUpdateSet(row))
          .execute();
        return true;
      });
      return isMade ? { code, expiresAt } : undefined;
    },

    async use(code, password) {
      checkPassword(password);
      const asked = { codeHash: hashCode(code), now: now() };
      // Asked before too, so that nobody has passwords hashed without a code.
      if ((await findUser(database.read, asked)) === undefined) throw unknownCode();
      const passwordHash = await hashPassword(password);
      await database.write(async (transaction) => {
        const name = await findUser(transaction, asked);
        if (name === undefined) throw unknownCode();
        await endPasswordReset(transaction, name);
        await replacePasswordHash(transaction, { name, passwordHash });
        await endSessions(transaction, { user: name });
      });
    },
  };
}

/** Makes a user's code none, if it has one. */
export async function endPasswordReset(transaction: WriteTransaction, user: string): Promise<void> {
  await transaction.deleteFrom("password_resets").where("user_name", "=", user).execute();
}

/** The code has 256 random bits, so a fast hash cannot be searched. */
function hashCode(code: string): string {
  return hash("sha256", code, "hex");
}

async function findUser(
  queryable: Queryable,
  { codeHash, now }: { codeHash: string; now: number },
): Promise<string | undefined> {
  const row = await queryable
    .selectFrom("password_resets")
    .select("user_name")
    .where("code_hash", "=", codeHash)
    .where("expires_at", ">", now)
    .executeTakeFirst();
  return row?.user_name;
}

function unknownCode(): InvalidAccountError {
  const why = "it is not known, was used, or is over; ask an administrator for another";
  return new InvalidAccountError("code", `Cannot take code: ${why}`);
}
