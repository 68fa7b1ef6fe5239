import { randomBytes } from "node:crypto";
import type { Selectable } from "kysely";
import type { Database, Queryable, WriteTransaction } from "../../database/database.ts";
import type { IdentityTable } from "../../database/tables.ts";
import { insertAccount, NO_PASSWORD } from "../account-rows.ts";
import { InvalidAccountError } from "../errors.ts";
import type { Identity } from "./claims.ts";
import { OidcError } from "./errors.ts";

/** A provider's somebody who logs in as a user of the hub. */
export interface LinkedIdentity {
  id: string;
  issuer: string;
  user: string;
  /** What the provider's name claim said at the last login. */
  shownAs: string;
  createdAt: number;
  usedAt: number;
}

/** Which user somebody at a provider is. Found by issuer and subject alone, never by a name or an address. */
export interface Identities {
  find(identity: Identity): Promise<LinkedIdentity | undefined>;
  list(user: string): Promise<LinkedIdentity[]>;
  /** Lets a user log in by a provider. @throws OidcError linked-elsewhere, linked-already */
  link(user: string, identity: Identity): Promise<void>;
  /** Makes a user without a password, unless the identity has one by now. @throws OidcError name-taken */
  register(user: string, identity: Identity): Promise<void>;
  /** Notes that somebody logged in, and what the provider calls it now. */
  noteUse(id: string, identity: Identity): Promise<void>;
  /** @returns false when the user has no such identity */
  delete(user: string, id: string): Promise<boolean>;
}

export function createIdentities({
  database,
  now = Date.now,
}: {
  database: Database;
  now?: () => number;
}): Identities {
  async function insert(transaction: WriteTransaction, user: string, identity: Identity): Promise<boolean> {
    const row = await transaction
      .insertInto("identities")
      .values({
        id: randomBytes(8).toString("hex"),
        issuer: identity.issuer,
        subject: identity.subject,
        user_name: user,
        shown_as: shownAs(identity),
        created_at: now(),
        used_at: now(),
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning("id")
      .executeTakeFirst();
    return row !== undefined;
  }

  return {
    find: (identity) => findIdentity(database.read, identity),

    async list(user) {
      const rows = await database.read
        .selectFrom("identities")
        .selectAll()
        .where("user_name", "=", user)
        .orderBy("created_at")
        .orderBy("id")
        .execute();
      return rows.map(toLinked);
    },

    link: (user, identity) =>
      database.write(async (transaction) => {
        const linked = await findIdentity(transaction, identity);
        if (linked?.user === user) return;
        if (linked)
          throw new OidcError("linked-elsewhere", "it is another user's already", { userName: linked.user });
        if (!(await insert(transaction, user, identity)))
          throw new OidcError("linked-already", "the user is another of this provider", { userName: user });
      }),

    async register(user, identity) {
      const { displayName } = identity;
      try {
        await insertAccount(
          database,
          { name: user, displayName, passwordHash: NO_PASSWORD, administrator: false, now: now() },
          async (transaction) => {
            if (!(await insert(transaction, user, identity)))
              throw new InvalidAccountError("name", "it is there");
          },
        );
      } catch (error) {
        if (!(error instanceof InvalidAccountError)) throw error;
        // Of two first logins at once, one makes the user.
        if (await findIdentity(database.read, identity)) return;
        throw new OidcError("name-taken", `user ${user} is there, or an organization of this name`, {
          userName: user,
        });
      }
    },

    noteUse: (id, identity) =>
      database.write(async (transaction) => {
        await transaction
          .updateTable("identities")
          .set({ used_at: now(), shown_as: shownAs(identity) })
          .where("id", "=", id)
          .execute();
      }),

    delete: (user, id) =>
      database.write(async (transaction) => {
        const deleted = await transaction
          .deleteFrom("identities")
          .where("user_name", "=", user)
          .where("id", "=", id)
          .returning("id")
          .executeTakeFirst();
        return deleted !== undefined;
      }),
  };
}

async function findIdentity(
  queryable: Queryable,
  { issuer, subject }: Identity,
): Promise<LinkedIdentity | undefined> {
  const row = await queryable
    .selectFrom("identities")
    .selectAll()
    .where("issuer", "=", issuer)
    .where("subject", "=", subject)
    .executeTakeFirst();
  return row && toLinked(row);
}

function shownAs({ claimedName, subject }: Identity): string {
  return claimedName ?? subject;
}

function toLinked(row: Selectable<IdentityTable>): LinkedIdentity {
  return {
    id: row.id,
    issuer: row.issuer,
    user: row.user_name,
    shownAs: row.shown_as,
    createdAt: row.created_at,
    usedAt: row.used_at,
  };
}
