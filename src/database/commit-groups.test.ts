import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Database } from "./database.ts";
import { DatabaseFullError } from "./errors.ts";
import { openSqlite } from "./sqlite.ts";
import { openSqliteConnection, type SqliteConnection } from "./sqlite-connection.ts";

const folder = await mkdtemp(join(tmpdir(), "imagehub-commit-groups-"));
after(() => rm(folder, { recursive: true }));

test("a write that fails takes nothing back of those that share its commit", async () => {
  const { database, count } = await openCounted("failed.db");
  const writes = await Promise.allSettled([
    insert(database, "first"),
    database.write(async (transaction) => {
      await insertInto(transaction, "taken back");
      throw new Error("as if");
    }),
    insert(database, "third"),
  ]);
  assert.deepEqual(
    writes.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
  assert.deepEqual(await names(database), ["first", "third"]);
  assert.equal(count("COMMIT"), 1);
  await database.close();
});

test("a write that fails for what another of its group wrote is told when that can be read", async () => {
  const { database } = await openCounted("met.db");
  const met = Promise.withResolvers<string[]>();
  const first = insert(database, "taken");
  insert(database, "taken").catch(() => met.resolve(names(database)));
  assert.deepEqual(await met.promise, ["taken"]);
  await first;
  await database.close();
});

test("a commit that fails fails each write of its group, and the next write is made", async () => {
  const { database, failOnce } = await openCounted("commit.db");
  failOnce("COMMIT");
  const writes = await Promise.allSettled([insert(database, "first"), insert(database, "second")]);
  assert.deepEqual(
    writes.map(({ status }) => status),
    ["rejected", "rejected"],
  );
  assert.deepEqual(await names(database), []);
  await insert(database, "third");
  assert.deepEqual(await names(database), ["third"]);
  await database.close();
});

test("when a full disk rolls back the transaction, no write of the group is acknowledged", async () => {
  const { database, run } = await openCounted("full.db");
  const writes = await Promise.allSettled([
    insert(database, "first"),
    database.write(async () => {
      run("ROLLBACK");
      throw Object.assign(new Error("database or disk is full"), { errcode: 13 });
    }),
    insert(database, "of the next group"),
  ]);
  assert.deepEqual(
    writes.map(({ status }) => status),
    ["rejected", "rejected", "fulfilled"],
  );
  for (const write of writes.slice(0, 2))
    assert.ok(write.status === "rejected" && write.reason instanceof DatabaseFullError, String(write));
  assert.deepEqual(await names(database), ["of the next group"]);
  await database.close();
});

test("nothing is committed of a write that could not be taken back, nor of its group", async () => {
  for (const failing of [["ROLLBACK TO part"], ["RELEASE part"], ["ROLLBACK TO part", "ROLLBACK"]]) {
    const { database, failOnce } = await openCounted(`${failing.join()}.db`);
    const writes = await Promise.allSettled([
      insert(database, "first"),
      database.write(async (transaction) => {
        await insertInto(transaction, "half");
        failOnce(...failing);
        throw new Error("as if");
      }),
      insert(database, "of the next group"),
    ]);
    assert.deepEqual(
      writes.map(({ status }) => status),
      ["rejected", "rejected", "fulfilled"],
      failing.join(),
    );
    assert.deepEqual(await names(database), ["of the next group"], failing.join());
    await database.close();
  }
});

test("a transaction that could be neither committed nor rolled back is told to its writers, and does not stay", async () => {
  const { database, failOnce } = await openCounted("rollback.db");
  failOnce("COMMIT", "ROLLBACK");
  await assert.rejects(insert(database, "first"), /COMMIT: as if/);
  await insert(database, "second");
  assert.deepEqual(await names(database), ["second"]);
  await database.close();
});

test("a burst is committed in groups of a bounded number of writes", async () => {
  const { database, count } = await openCounted("burst.db");
  await Promise.all(Array.from({ length: 200 }, (_, index) => insert(database, `write ${index}`)));
  assert.equal(count("COMMIT"), 4);
  await database.close();
});

test("a database that is closed has written what it was given before", async () => {
  const { database } = await openCounted("closed.db");
  const writing = insert(database, "last");
  await database.close();
  await writing;
  const again = await openSqlite(join(folder, "closed.db"));
  assert.deepEqual(await names(again), ["last"]);
  await again.close();
});

/** A database whose writing connection tells what it ran since it was opened, and fails where it is told to. */
async function openCounted(name: string) {
  const ran: string[] = [];
  const failing = new Set<string>();
  let writer: SqliteConnection | undefined;
  const database = await openSqlite(join(folder, name), {
    openConnection(path, pragmas) {
      const connection = openSqliteConnection(path, pragmas);
      if (pragmas.includes("query_only = on")) return connection;
      writer = connection;
      return {
        ...connection,
        run(sql, parameters) {
          ran.push(sql);
          if (!failing.delete(sql)) return connection.run(sql, parameters);
          throw new Error(`${sql}: as if`);
        },
      };
    },
  });
  ran.length = 0;
  return {
    database,
    count: (sql: string) => ran.filter((one) => one === sql).length,
    failOnce(...statements: string[]) {
      for (const sql of statements) failing.add(sql);
    },
    run: (sql: string) => writer?.run(sql, []),
  };
}

function insert(database: Database, name: string): Promise<void> {
  return database.write((transaction) => insertInto(transaction, name));
}

async function insertInto(queryable: Database["read"], name: string): Promise<void> {
  await queryable
    .insertInto("settings")
    .values({ name: `test ${name}`, value: "" })
    .execute();
}

async function names(database: Database): Promise<string[]> {
  const rows = await database.read
    .selectFrom("settings")
    .select("name")
    .where("name", "like", "test %")
    .orderBy("name")
    .execute();
  return rows.map(({ name }) => name.slice("test ".length));
}
