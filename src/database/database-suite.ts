import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import type { Database, Queryable } from "./database.ts";
import { DatabaseVersionError } from "./errors.ts";
import { migrateWithin } from "./migrate.ts";
import { prepare } from "./prepared.ts";
import { insertBlob, insertRepository, testReferences } from "./reference-suite.ts";

/** What every Database does alike. */
export function testDatabase(name: string, open: () => Promise<Database>): void {
  describe(name, () => {
    let database: Database;
    before(async () => {
      database = await open();
    });
    after(() => database.close());

    testWrites(() => database);
    testValues(() => database);
    testReferences(() => database);
    testPreparedQueries(() => database);
    testMigrations(() => database);
  });
}

function testWrites(database: () => Database): void {
  test("write() gives back what its work gives, and a later read sees it", async () => {
    const result = await database().write(async (transaction) => {
      await insertSetting(transaction, "written", "1");
      return "done";
    });
    assert.equal(result, "done");
    assert.equal(await readSetting(database().read, "written"), "1");
  });

  test("write() keeps nothing of work that throws, and the next write goes on", async () => {
    const failing = database().write(async (transaction) => {
      await insertSetting(transaction, "rolled-back", "1");
      throw new Error("changed my mind");
    });
    await assert.rejects(failing, /changed my mind/);
    await database().write((transaction) => insertSetting(transaction, "after", "1"));
    assert.equal(await readSetting(database().read, "rolled-back"), undefined);
    assert.equal(await readSetting(database().read, "after"), "1");
  });

  test("a reader sees all of a write or nothing", async () => {
    // In one statement: two may be answered at two times, one before the commit and one after it.
    const readHalves = () =>
      database().read.selectFrom("settings").select("name").where("name", "like", "half-%").execute();
    let reading: ReturnType<typeof readHalves> | undefined;
    await database().write(async (transaction) => {
      await insertSetting(transaction, "half-1", "1");
      // Not awaited: with one connection, as PGlite's, a read waits for the write to end.
      reading = readHalves();
      await readSetting(transaction, "half-1");
      await insertSetting(transaction, "half-2", "1");
    });
    const halves = (await reading)?.length;
    assert.ok(halves === 0 || halves === 2, `${halves} of 2 halves were seen`);
  });

  test("concurrent writes are all kept", async () => {
    await database().write((transaction) => insertRepository(transaction, "concurrent/writes"));
    const writes = Array.from({ length: 40 }, () =>
      database().write((transaction) =>
        transaction
          .updateTable("repositories")
          .set((row) => ({ pulls: row("pulls", "+", 1) }))
          .where("name", "=", "concurrent/writes")
          .execute(),
      ),
    );
    await Promise.all(writes);
    const row = await database()
      .read.selectFrom("repositories")
      .select("pulls")
      .where("name", "=", "concurrent/writes")
      .executeTakeFirst();
    assert.deepEqual(row, { pulls: 40 });
  });

  test("a relaxed write is seen as any other", async () => {
    await database().write((transaction) => insertSetting(transaction, "relaxed", "1"), { relaxed: true });
    assert.equal(await readSetting(database().read, "relaxed"), "1");
  });
}

function testValues(database: () => Database): void {
  test("bytes come back as they were", async () => {
    const content = Uint8Array.from({ length: 256 }, (_, index) => index);
    for (const [digest, bytes] of [
      ["bytes", content],
      ["no bytes", new Uint8Array()],
      ["part of a buffer", content.subarray(10, 20)],
    ] as const) {
      await database().write((transaction) =>
        transaction.insertInto("manifest_contents").values({ digest, content: bytes }).execute(),
      );
      const row = await database()
        .read.selectFrom("manifest_contents")
        .select("content")
        .where("digest", "=", digest)
        .executeTakeFirstOrThrow();
      assert.ok(row.content instanceof Uint8Array);
      assert.deepEqual(Buffer.from(row.content), Buffer.from(bytes));
    }
  });

  test("integers, counts and sums are numbers, up to the largest safe one", async () => {
    const size = Number.MAX_SAFE_INTEGER;
    await database().write((transaction) => insertBlob(transaction, "large", size));
    const row = await database()
      .read.selectFrom("blobs")
      .select(({ fn }) => ["size", fn.countAll<number>().as("count"), fn.sum<number>("size").as("sum")])
      .where("digest", "=", "large")
      .groupBy("size")
      .executeTakeFirst();
    assert.deepEqual(row, { size, count: 1, sum: size });
  });

  test("text is ordered by its bytes", async () => {
    const names = ["B", "a", "a-b", "a.b", "a0", "a_b", "ab", "é"];
    await database().write(async (transaction) => {
      for (const name of names.toReversed()) await insertSetting(transaction, name, "order");
    });
    const rows = await database()
      .read.selectFrom("settings")
      .select("name")
      .where("value", "=", "order")
      .orderBy("name")
      .execute();
    assert.deepEqual(
      rows.map((row) => row.name),
      names,
    );
  });

  test("a value of a wrong type is refused", async () => {
    const writing = database().write((transaction) =>
      sql`INSERT INTO blobs VALUES ('wrong', 'many', 'live', 0, 0)`.execute(transaction),
    );
    await assert.rejects(writing);
  });
}

function testPreparedQueries(database: () => Database): void {
  test("a prepared query runs with other parameters each time", async () => {
    const find = prepare(database(), settingNamed);
    await database().write(async (transaction) => {
      for (const name of ["p1", "p2"]) await insertSetting(transaction, name, `value of ${name}`);
      await insertSetting(transaction, "p3", "hidden");
    });
    assert.deepEqual(await find.first({ name: "p1" }), { value: "value of p1" });
    assert.deepEqual(await find.all({ name: "p2" }), [{ value: "value of p2" }]);
    assert.equal(await find.first({ name: "p3" }), undefined);
  });

  test("a prepared query sees a transaction's own writes when it runs in it", async () => {
    const find = prepare(database(), settingNamed);
    const seen = await database().write(async (transaction) => {
      await insertSetting(transaction, "own", "1");
      return find.first({ name: "own" }, transaction);
    });
    assert.deepEqual(seen, { value: "1" });
  });

  test("prepare() refuses a placeholder that is used as a text", () => {
    assert.throws(
      () =>
        prepare(database(), (queryable, { name }: { name: string }) =>
          settingNamed(queryable, { name: `${name}s` }),
        ),
      TypeError,
    );
  });
}

function testMigrations(database: () => Database): void {
  test("migrating again changes nothing", async () => {
    await database().write((transaction) => migrateWithin({ transaction, kind: database().kind }));
    assert.equal(await readSetting(database().read, "incarnation"), database().incarnation);
  });

  test("a newer program's database is refused", async () => {
    const migrating = database().write(async (transaction) => {
      await sql`UPDATE schema_version SET version = 1000`.execute(transaction);
      await migrateWithin({ transaction, kind: database().kind });
    });
    await assert.rejects(migrating, DatabaseVersionError);
  });
}

async function insertSetting(queryable: Queryable, name: string, value: string): Promise<void> {
  await queryable.insertInto("settings").values({ name, value }).execute();
}

async function readSetting(queryable: Queryable, name: string): Promise<string | undefined> {
  const row = await queryable
    .selectFrom("settings")
    .select("value")
    .where("name", "=", name)
    .executeTakeFirst();
  return row?.value;
}

function settingNamed(queryable: Queryable, { name }: { name: string }) {
  return queryable
    .selectFrom("settings")
    .select("value")
    .where("name", "=", name)
    .where("value", "!=", "hidden");
}
