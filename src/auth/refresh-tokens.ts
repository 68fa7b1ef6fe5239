import type { Database, WriteTransaction } from "../database/database.ts";
import { prepareFindAccount } from "./account-rows.ts";
import { UnauthenticatedError } from "./errors.ts";
import { fingerprintOf } from "./password.ts";
import type { PersonalTokens } from "./personal-tokens.ts";
import type { Robots } from "./robots.ts";
import type { RobotSubject, Subject, UserSubject } from "./subject.ts";
import { createTokenText, hashToken, isTokenText } from "./token-text.ts";

/** Machines that one user, or one robot, is logged in from; the one that was used least lately goes. */
const MAX_REFRESH_TOKENS = 200;
/** A machine that asked for nothing this long logs in again. */
const IDLE_MS = 90 * 24 * 3_600_000;
/** `used_at` is as old as this at most. */
const USE_NOTED_EVERY_MS = 3_600_000;

/** What docker keeps in the place of a password. It ends with the password or the token that it was got with. */
export interface RefreshTokens {
  /** @returns its text, shown this once; undefined for anonymous */
  create(subject: Subject): Promise<string | undefined>;
  /** Who it stands for, as that is now. @throws UnauthenticatedError */
  logIn(token: string): Promise<Subject>;
}

export interface RefreshTokensOptions {
  database: Database;
  personalTokens: Pick<PersonalTokens, "find">;
  robots: Pick<Robots, "find">;
  /** Default Date.now. */
  now?: () => number;
}

export function createRefreshTokens(options: RefreshTokensOptions): RefreshTokens {
  const { database, personalTokens, robots, now = Date.now } = options;

  const findAccount = prepareFindAccount(database);

  /** Who it stands for, if what it was got with is good still. */
  async function subjectOf(name: string, credential: string): Promise<Subject | undefined> {
    const [kind = "", value = ""] = credential.split(":");
    if (kind === "token") return personalTokens.find(value);
    if (kind === "robot") return robots.find(value);
    const account = await findAccount(name);
    if (!account || account.disabled === 1 || fingerprintOf(account.password_hash) !== value)
      return undefined;
    return { kind: "user", name, administrator: account.administrator === 1 };
  }

  async function credentialOf(subject: UserSubject | RobotSubject): Promise<string> {
    if (subject.kind === "robot") return `robot:${subject.token.id}`;
    if (subject.token) return `token:${subject.token.id}`;
    const account = subject.password === undefined ? await findAccount(subject.name) : undefined;
    return `password:${subject.password ?? fingerprintOf(account?.password_hash ?? "")}`;
  }

  return {
    async create(subject) {
      if (subject.kind === "anonymous") return undefined;
      const text = createTokenText("ihr");
      const [{ name }, credential, time] = [subject, await credentialOf(subject), now()];
      await database.write(async (transaction) => {
        await deleteOld(transaction, { name, now: time });
        await transaction
          .insertInto("refresh_tokens")
          .values({ hash: hashToken(text), name, credential, created_at: time, used_at: time })
          .execute();
      });
      return text;
    },

    async logIn(text) {
      const id = hashToken(text);
      const row = isTokenText(text)
        ? await database.read
            .selectFrom("refresh_tokens")
            .selectAll()
            .where("hash", "=", id)
            .where("used_at", ">", now() - IDLE_MS)
            .executeTakeFirst()
        : undefined;
      const subject = row && (await subjectOf(row.name, row.credential));
      if (!row || !subject) throw new UnauthenticatedError(ENDED);
      if (now() - row.used_at > USE_NOTED_EVERY_MS) await markUsed(database, { hash: id, now: now() });
      return subject;
    },
  };
}

const ENDED =
  "Cannot accept refresh token: it is not known here, or the password or token that it was got with has ended; log in again";

/** What was idle too long, and what is over the limit with one more. */
async function deleteOld(
  transaction: WriteTransaction,
  { name, now }: { name: string; now: number },
): Promise<void> {
  await transaction
    .deleteFrom("refresh_tokens")
    .where("name", "=", name)
    .where("used_at", "<=", now - IDLE_MS)
    .execute();
  const over = await transaction
    .selectFrom("refresh_tokens")
    .select("hash")
    .where("name", "=", name)
    .orderBy("used_at", "desc")
    .offset(MAX_REFRESH_TOKENS - 1)
    .limit(MAX_REFRESH_TOKENS)
    .execute();
  if (over.length === 0) return;
  const hashes = over.map((row) => row.hash);
  await transaction.deleteFrom("refresh_tokens").where("hash", "in", hashes).execute();
}

/** Relaxed: to lose one tells a time that is a little older. */
function markUsed(database: Database, used: { hash: string; now: number }): Promise<void> {
  return database.write(
    async (transaction) => {
      await transaction
        .updateTable("refresh_tokens")
        .set({ used_at: used.now })
        .where("hash", "=", used.hash)
        .execute();
    },
    { relaxed: true },
  );
}
