import type { Selectable } from "kysely";
import type { Database, Queryable, WriteTransaction } from "../database/database.ts";
import { prepare } from "../database/prepared.ts";
import { answering } from "../database/remembered.ts";
import type { RobotTable } from "../database/tables.ts";
import { deleteRefreshTokens } from "./refresh-token-rows.ts";
import type { TokenScope } from "./subject.ts";
import type { FoundToken } from "./token-checks.ts";

/** What is said of a robot by whoever makes or changes it. */
export interface RobotWords {
  scopes: readonly TokenScope[];
  /** Patterns, one at least. */
  repositories: readonly string[];
  /** Milliseconds since 1970; undefined: it does not expire. */
  expiresAt: number | undefined;
}

/** A robot, without what lets anybody in. */
export interface RobotRecord extends RobotWords {
  /** Within its organization. */
  name: string;
  createdBy: string;
  createdAt: number;
  lastUsedAt: number | undefined;
}

/** As docker and logs show it. */
export function robotLogin(organization: string, name: string): string {
  return `${organization}+${name}`;
}

/** Asked at each request that carries a robot's token, so prepared. */
export function findRobots(database: Database) {
  const byHash = prepare(database, (queryable, { hash }: { hash: string }) =>
    queryable.selectFrom("robots").selectAll().where("hash", "=", hash),
  );
  const byId = prepare(database, (queryable, { id }: { id: string }) =>
    queryable.selectFrom("robots").selectAll().where("id", "=", id),
  );
  return {
    byHash: answering(byHash, toFound),
    byId: answering(byId, toFound),
    markUsed: (used: { id: string; now: number }) => markUsed(database, used),
  };
}

/** @returns how many the organization has then; undefined when it has one of this name, or is not there */
export async function insertRobot(
  transaction: WriteTransaction,
  robot: RobotRecord & { id: string; organization: string; hash: string },
): Promise<number | undefined> {
  const { id, organization, hash, name, createdBy } = robot;
  const parent = await transaction
    .selectFrom("organizations")
    .select("name")
    .where("name", "=", organization)
    .executeTakeFirst();
  if (!parent) return undefined;
  const lists = { scopes: JSON.stringify(robot.scopes), repositories: JSON.stringify(robot.repositories) };
  const times = { created_at: robot.createdAt, expires_at: robot.expiresAt ?? null, last_used_at: null };
  const made = await transaction
    .insertInto("robots")
    .values({ id, hash, organization, name, ...lists, created_by: createdBy, ...times })
    .onConflict((conflict) => conflict.columns(["organization", "name"]).doNothing())
    .returning("id")
    .executeTakeFirst();
  if (!made) return undefined;
  const { count } = await transaction
    .selectFrom("robots")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("organization", "=", organization)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function listRobots(queryable: Queryable, organization: string): Promise<RobotRecord[]> {
  const rows = await queryable
    .selectFrom("robots")
    .selectAll()
    .where("organization", "=", organization)
    .orderBy("name")
    .execute();
  return rows.map(toRecord);
}

export async function changeRobot(
  transaction: WriteTransaction,
  { organization, name, words }: { organization: string; name: string; words: Partial<RobotWords> },
): Promise<RobotRecord | undefined> {
  const { scopes, repositories } = words;
  const row = await transaction
    .updateTable("robots")
    .set({
      // One column at least: a change of nothing is none.
      name,
      ...(scopes && { scopes: JSON.stringify(scopes) }),
      ...(repositories && { repositories: JSON.stringify(repositories) }),
      ...("expiresAt" in words && { expires_at: words.expiresAt ?? null }),
    })
    .where("organization", "=", organization)
    .where("name", "=", name)
    .returningAll()
    .executeTakeFirst();
  return row && toRecord(row);
}

export async function deleteRobot(
  transaction: WriteTransaction,
  { organization, name }: { organization: string; name: string },
): Promise<boolean> {
  const deleted = await transaction
    .deleteFrom("robots")
    .where("organization", "=", organization)
    .where("name", "=", name)
    .returning("id")
    .executeTakeFirst();
  if (deleted) await deleteRefreshTokens(transaction, robotLogin(organization, name));
  return deleted !== undefined;
}

/** Relaxed: to lose one tells a time that is a little older. */
function markUsed(database: Database, { id, now }: { id: string; now: number }): Promise<void> {
  return database.write(
    async (transaction) => {
      await transaction.updateTable("robots").set({ last_used_at: now }).where("id", "=", id).execute();
    },
    { relaxed: true },
  );
}

type RobotRow = Selectable<RobotTable>;

function toFound(row: RobotRow): FoundToken {
  const { name, scopes, repositories, expiresAt, lastUsedAt = 0 } = toRecord(row);
  const { id, organization } = row;
  const token = { id, scopes, repositories, ...(expiresAt !== undefined && { expiresAt }) };
  const login = robotLogin(organization, name);
  return {
    subject: { kind: "robot", name: login, organization, administrator: false, token },
    disabled: false,
    lastUsedAt,
  };
}

function toRecord(row: RobotRow): RobotRecord {
  return {
    name: row.name,
    scopes: JSON.parse(row.scopes) as TokenScope[],
    repositories: JSON.parse(row.repositories) as string[],
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    lastUsedAt: row.last_used_at ?? undefined,
  };
}
