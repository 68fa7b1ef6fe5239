import type { Selectable } from "kysely";
import type { Database, Queryable, WriteTransaction } from "../database/database.ts";
import { prepare } from "../database/prepared.ts";
import { answering } from "../database/remembered.ts";
import type { TokenTable } from "../database/tables.ts";
import { subjectOfToken } from "./access-policy.ts";
import type { TokenScope } from "./subject.ts";
import type { FoundToken } from "./token-checks.ts";

/** What is said of a token by whoever makes or changes it. */
export interface TokenWords {
  name: string;
  scopes: readonly TokenScope[];
  /** Patterns; none: all repositories. */
  repositories: readonly string[];
  /** Milliseconds since 1970; undefined: it does not expire. */
  expiresAt: number | undefined;
}

/** A token, without what lets anybody in. */
export interface TokenRecord extends TokenWords {
  id: string;
  createdAt: number;
  lastUsedAt: number | undefined;
}

/** Asked at each request that carries a token, so prepared. */
export function findTokens(database: Database) {
  const byHash = prepare(database, (queryable, { hash }: { hash: string }) =>
    withOwner(queryable).where("tokens.hash", "=", hash),
  );
  const byId = prepare(database, (queryable, { id }: { id: string }) =>
    withOwner(queryable).where("tokens.id", "=", id),
  );
  return {
    byHash: answering(byHash, toFound),
    byId: answering(byId, toFound),
    markUsed: (used: { id: string; now: number }) => markUsed(database, used),
  };
}

/** @returns how many the owner has then */
export async function insertToken(
  transaction: WriteTransaction,
  token: TokenRecord & { owner: string; hash: string; parent: string | undefined },
): Promise<number> {
  const { id, owner, hash, name, parent = null, createdAt } = token;
  const times = { created_at: createdAt, expires_at: token.expiresAt ?? null, last_used_at: null };
  const lists = {
    scopes: JSON.stringify(token.scopes),
    repositories: JSON.stringify(token.repositories),
  };
  await transaction
    .insertInto("tokens")
    .values({ id, owner, hash, parent, name, ...lists, ...times })
    .execute();
  const { count } = await transaction
    .selectFrom("tokens")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("owner", "=", owner)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function listTokens(queryable: Queryable, owner: string): Promise<TokenRecord[]> {
  const rows = await queryable
    .selectFrom("tokens")
    .selectAll()
    .where("owner", "=", owner)
    .orderBy("created_at", "desc")
    .orderBy("id")
    .execute();
  return rows.map(toRecord);
}

/** A change of what a token may ends those that it asked for. */
export async function changeToken(
  transaction: WriteTransaction,
  { owner, id, words }: { owner: string; id: string; words: Partial<TokenWords> },
): Promise<TokenRecord | undefined> {
  const { name, scopes, repositories } = words;
  const row = await transaction
    .updateTable("tokens")
    .set({
      // One column at least: a change of nothing is none.
      id,
      ...(name !== undefined && { name }),
      ...(scopes && { scopes: JSON.stringify(scopes) }),
      ...(repositories && { repositories: JSON.stringify(repositories) }),
      ...("expiresAt" in words && { expires_at: words.expiresAt ?? null }),
    })
    .where("id", "=", id)
    .where("owner", "=", owner)
    .returningAll()
    .executeTakeFirst();
  // Those that it asked for have its rights of then, which may be more.
  if (row && changesLimits(words)) await deleteChildren(transaction, { owner, parents: [id] });
  return row && toRecord(row);
}

function changesLimits({ scopes, repositories, ...words }: Partial<TokenWords>): boolean {
  return scopes !== undefined || repositories !== undefined || "expiresAt" in words;
}

/** Deletes a token and those that it asked for, and so on. @returns false when the owner has no such token */
export async function deleteWithChildren(
  transaction: WriteTransaction,
  { owner, id }: { owner: string; id: string },
): Promise<boolean> {
  const deleted = await transaction
    .deleteFrom("tokens")
    .where("id", "=", id)
    .where("owner", "=", owner)
    .returning("id")
    .execute();
  await deleteChildren(transaction, { owner, parents: deleted.map((token) => token.id) });
  return deleted.length > 0;
}

async function deleteChildren(
  transaction: WriteTransaction,
  { owner, parents }: { owner: string; parents: string[] },
): Promise<void> {
  // Each turn deletes some, and an owner has so many at most.
  for (let ids = parents; ids.length > 0;) {
    const deleted = await transaction
      .deleteFrom("tokens")
      .where("parent", "in", ids)
      .where("owner", "=", owner)
      .returning("id")
      .execute();
    ids = deleted.map((token) => token.id);
  }
}

/** Relaxed: to lose one tells a time that is a little older. */
function markUsed(database: Database, { id, now }: { id: string; now: number }): Promise<void> {
  return database.write(
    async (transaction) => {
      await transaction.updateTable("tokens").set({ last_used_at: now }).where("id", "=", id).execute();
    },
    { relaxed: true },
  );
}

function withOwner(queryable: Queryable) {
  return queryable
    .selectFrom("tokens")
    .innerJoin("users", "users.name", "tokens.owner")
    .selectAll("tokens")
    .select(["users.administrator", "users.disabled"]);
}

type TokenRow = Selectable<TokenTable>;
type OwnedRow = TokenRow & { administrator: number; disabled: number };

function toFound(row: OwnedRow): FoundToken {
  const { id, scopes, repositories, expiresAt, lastUsedAt = 0 } = toRecord(row);
  const limits = { id, scopes, repositories, ...(expiresAt !== undefined && { expiresAt }) };
  const owner = { name: row.owner, administrator: row.administrator === 1 };
  return { subject: subjectOfToken(owner, limits), disabled: row.disabled === 1, lastUsedAt };
}

function toRecord(row: TokenRow): TokenRecord {
  return {
    id: row.id,
    name: row.name,
    scopes: JSON.parse(row.scopes) as TokenScope[],
    repositories: JSON.parse(row.repositories) as string[],
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    lastUsedAt: row.last_used_at ?? undefined,
  };
}
