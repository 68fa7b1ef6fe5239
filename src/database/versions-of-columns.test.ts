import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { sql } from "kysely";
import type { WriteTransaction } from "./database.ts";
import { prepare } from "./prepared.ts";
import { openSqlite } from "./sqlite.ts";

const folder = await mkdtemp(join(tmpdir(), "imagehub-versions-"));
const database = await openSqlite(join(folder, "versions.db"));
after(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

// What migrations made comes with the first.
await database.write((transaction) => insertOrganization(transaction, "first").execute());

const QUERIES = {
  visibility: prepare(database, (queryable, { name }: { name: string }) =>
    queryable.selectFrom("repositories").select("visibility").where("name", "=", name),
  ),
  members: prepare(database, (queryable, { name }: { name: string }) =>
    queryable.selectFrom("organization_members").select("role").where("organization", "=", name),
  ),
  organizations: prepare(database, (queryable) =>
    queryable.selectFrom("organizations").select(({ fn }) => fn.countAll().as("count")),
  ),
};
type Name = keyof typeof QUERIES;

const STATEMENTS: [string, (transaction: WriteTransaction) => Promise<unknown>, Name[]][] = [
  ["an insert", (transaction) => insertOrganization(transaction, "acme").execute(), ["organizations"]],
  [
    "an insert that changes what is there",
    (transaction) =>
      insertOrganization(transaction, "acme")
        .onConflict((conflict) => conflict.column("name").doUpdateSet({ default_visibility: "private" }))
        .execute(),
    ["organizations"],
  ],
  [
    "an insert into a table that refers to another",
    (transaction) =>
      transaction
        .insertInto("organization_members")
        .values({ organization: "acme", kind: "User", name: "alice", role: "owner" })
        .execute(),
    ["members"],
  ],
  [
    "an insert of a repository",
    (transaction) =>
      transaction
        .insertInto("repositories")
        .values({
          name: "acme/app",
          organization: "acme",
          visibility: "public",
          immutable_tags: "[]",
          newest_tag: null,
          pulls: 0,
          created_at: 0,
        })
        .execute(),
    ["visibility"],
  ],
  [
    "an update of a column that is read",
    (transaction) => transaction.updateTable("repositories").set({ visibility: "private" }).execute(),
    ["visibility"],
  ],
  [
    "an update of a column that is searched by",
    (transaction) => transaction.updateTable("repositories").set({ name: "acme/other" }).execute(),
    ["visibility"],
  ],
  [
    "an update of another column",
    (transaction) => transaction.updateTable("repositories").set({ pulls: 1, newest_tag: "v1" }).execute(),
    [],
  ],
  ["a read", (transaction) => transaction.selectFrom("repositories").selectAll().execute(), []],
  [
    "a delete that takes rows of another table along",
    (transaction) => transaction.deleteFrom("organizations").where("name", "=", "acme").execute(),
    ["members", "organizations"],
  ],
  [
    "what is neither a read nor a change of rows",
    (transaction) => sql`CREATE TABLE more (name TEXT)`.execute(transaction),
    ["visibility", "members", "organizations"],
  ],
];

for (const [words, work, raised] of STATEMENTS) {
  test(`${words} raises the version of ${raised.join(", ") || "nothing"}`, async () => {
    const before = versions();
    await database.write(work);
    assert.deepEqual(higher(before), raised);
  });
}

test("a version is raised before anybody is told of the commit, and once it can be read", async () => {
  const before = versions();
  const seen: Name[][] = [];
  await database.write(async (transaction) => {
    await insertOrganization(transaction, "later").execute();
    seen.push(higher(before));
  });
  seen.push(higher(before));
  assert.deepEqual(seen, [[], ["organizations"]]);
});

function insertOrganization(transaction: WriteTransaction, name: string) {
  return transaction
    .insertInto("organizations")
    .values({ name, default_visibility: "public", created_at: 0 });
}

function versions(): Record<Name, number> {
  return {
    visibility: QUERIES.visibility.version() ?? assert.fail(),
    members: QUERIES.members.version() ?? assert.fail(),
    organizations: QUERIES.organizations.version() ?? assert.fail(),
  };
}

function higher(before: Record<Name, number>): Name[] {
  const now = versions();
  return (Object.keys(now) as Name[]).filter((name) => now[name] > before[name]);
}
