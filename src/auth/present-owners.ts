import type { Queryable } from "../database/database.ts";
import type { Member } from "../resources/organization.ts";
import { isUserName } from "./account-rules.ts";

/**
 * Whether members name an owner that is there: a user that has an account, or a group that a user was in at its last
 * login. Others may be named before they come, and own nothing until then.
 * @param options.beside a user who does not count, since the account goes
 */
export async function hasPresentOwner(
  queryable: Queryable,
  members: readonly Member[],
  { beside = "" }: { beside?: string } = {},
): Promise<boolean> {
  const owners = Map.groupBy(
    members.filter(({ role }) => role === "owner"),
    ({ kind }) => kind,
  );
  const users = namesOf(owners.get("User")).filter((name) => isUserName(name) && name !== beside);
  // PostgreSQL takes no NUL in a text.
  const groups = namesOf(owners.get("Group")).filter((name) => !name.includes("\0"));
  return (await hasAccount(queryable, users)) || (await hasGroup(queryable, groups, beside));
}

function namesOf(members: readonly Member[] = []): string[] {
  return members.map(({ name }) => name);
}

async function hasAccount(queryable: Queryable, names: string[]): Promise<boolean> {
  if (names.length === 0) return false;
  const query = queryable.selectFrom("users").select("name").where("name", "in", names).limit(1);
  return (await query.executeTakeFirst()) !== undefined;
}

async function hasGroup(queryable: Queryable, names: string[], beside: string): Promise<boolean> {
  if (names.length === 0) return false;
  const rows = queryable
    .selectFrom("user_groups")
    .select("group_name")
    .where("group_name", "in", names)
    .where("user_name", "!=", beside);
  return (await rows.limit(1).executeTakeFirst()) !== undefined;
}
