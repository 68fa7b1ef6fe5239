import { hash, randomBytes } from "node:crypto";
import type { Database, Queryable, WriteTransaction } from "../database/database.ts";
import { prepare } from "../database/prepared.ts";
import { rememberUntilChanged } from "../database/remembered.ts";
import { requirePassword } from "./account-rows.ts";
import type { UserSubject } from "./subject.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** A session that nobody uses ends after this. */
export const SESSION_IDLE_MS = 7 * DAY_MS;
/** However much it is used, a session ends after this. */
export const SESSION_MAX_MS = 30 * DAY_MS;
/** Use is noted once in so long, not at each request. */
const NOTED_EVERY_MS = 60 * 60 * 1000;
/** Of one user: more browsers than anybody has. The oldest end. */
const MAX_SESSIONS = 100;

/** Who is logged in by a browser. A session is a row of the hash of its secret, so whoever reads rows cannot use them. */
export interface Sessions {
  /**
   * Begins a session.
   * @param password the fingerprint of the one that the user logged in by, if by one
   * @returns its secret: 256 random bits, shown here alone
   * @throws UnauthenticatedError when the password was changed meanwhile
   */
  start(user: string, password?: string): Promise<string>;
  /** Who a secret stands for now; undefined when its session is over, or was none. */
  find(secret: string): Promise<UserSubject | undefined>;
  /** Whether the session that a subject came by goes on; true of one that came otherwise. */
  isLive(subject: UserSubject): Promise<boolean>;
  end(secret: string): Promise<void>;
  /** Ends all sessions of a user. */
  endAll(user: string): Promise<void>;
}

export function createSessions({
  database,
  now = Date.now,
}: {
  database: Database;
  now?: () => number;
}): Sessions {
  const query = prepare(database, (queryable, { id }: { id: string }) => selectSession(queryable, id));
  // Never older than a commit that changes it, so a session that was ended is over at once.
  const byId = rememberUntilChanged(query, ({ id }: { id: string }) => id);

  async function findLive(id: string) {
    const session = await byId({ id });
    return session && session.disabled === 0 && session.expires_at > now() ? session : undefined;
  }

  function noteUse(id: string, session: { created_at: number; expires_at: number }): void {
    const expiresAt = Math.min(now() + SESSION_IDLE_MS, session.created_at + SESSION_MAX_MS);
    if (expiresAt - session.expires_at < NOTED_EVERY_MS) return;
    // Nobody waits for it: without it the session ends a little earlier. A database that fails says so to its writers.
    void extend(database, id, expiresAt).catch(() => {});
  }

  return {
    async start(user, password) {
      const secret = randomBytes(32).toString("base64url");
      await database.write(async (transaction) => {
        await requirePassword(transaction, { database, name: user, password });
        await insertSession(transaction, { id: idOf(secret), user, now: now() });
      });
      return secret;
    },

    async find(secret) {
      const id = idOf(secret);
      const session = await findLive(id);
      if (!session) return undefined;
      noteUse(id, session);
      return {
        kind: "user",
        name: session.user_name,
        administrator: session.administrator === 1,
        session: id,
      };
    },

    isLive: async ({ session }) => session === undefined || (await findLive(session)) !== undefined,

    async end(secret) {
      await database.write(async (transaction) => {
        await transaction.deleteFrom("sessions").where("id_hash", "=", idOf(secret)).execute();
      });
    },

    endAll: (user) => database.write((transaction) => endSessions(transaction, { user })),
  };
}

/** Ends a user's sessions, but for one. */
export async function endSessions(
  transaction: WriteTransaction,
  { user, except = "" }: { user: string; except?: string | undefined },
): Promise<void> {
  await transaction
    .deleteFrom("sessions")
    .where("user_name", "=", user)
    .where("id_hash", "!=", except)
    .execute();
}

/** The secret has 256 random bits, so a fast hash cannot be searched. */
function idOf(secret: string): string {
  return hash("sha256", secret, "hex");
}

function selectSession(queryable: Queryable, id: string) {
  return queryable
    .selectFrom("sessions")
    .innerJoin("users", "users.name", "sessions.user_name")
    .select([
      "sessions.user_name",
      "sessions.created_at",
      "sessions.expires_at",
      "users.administrator",
      "users.disabled",
    ])
    .where("sessions.id_hash", "=", id);
}

/** Whoever logs in takes away what is over, and its own sessions past the limit. */
async function insertSession(
  transaction: WriteTransaction,
  { id, user, now }: { id: string; user: string; now: number },
): Promise<void> {
  await transaction.deleteFrom("sessions").where("expires_at", "<=", now).execute();
  await transaction
    .insertInto("sessions")
    .values({ id_hash: id, user_name: user, created_at: now, expires_at: now + SESSION_IDLE_MS })
    .execute();
  const over = await transaction
    .selectFrom("sessions")
    .select("id_hash")
    .where("user_name", "=", user)
    .orderBy("created_at", "desc")
    .offset(MAX_SESSIONS)
    .limit(MAX_SESSIONS)
    .execute();
  const ids = over.map((row) => row.id_hash);
  if (ids.length > 0) await transaction.deleteFrom("sessions").where("id_hash", "in", ids).execute();
}

/** Relaxed: what is lost is a time that is a little later. */
function extend(database: Database, id: string, expiresAt: number): Promise<void> {
  return database.write(
    async (transaction) => {
      await transaction
        .updateTable("sessions")
        .set({ expires_at: expiresAt })
        .where("id_hash", "=", id)
        .execute();
    },
    { relaxed: true },
  );
}
