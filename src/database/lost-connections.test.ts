import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import type { Database, Queryable, WriteTransaction } from "./database.ts";
import { WriteOutcomeUnknownError } from "./errors.ts";
import { onPostgresServer } from "./on-postgres-server.fixture.ts";
import { POSTGRES_SERVER } from "./postgres-server.ts";

/** Long enough for this process to be told that a connection has ended. */
const TOLD_MS = 100;

/** PGlite's one connection is a call of this process: what a server does to its connections shows on a server alone. */
if (POSTGRES_SERVER !== undefined) {
  const open = onPostgresServer(POSTGRES_SERVER);

  test("write() runs its work again when its connection is ended between two statements", async () => {
    const database = await open();
    let attempts = 0;
    await database.write(async (transaction) => {
      attempts += 1;
      await insert(transaction, "between");
      if (attempts === 1) await endConnection(database, transaction);
      await insert(transaction, "between-too");
    });
    assert.equal(attempts, 2);
    assert.deepEqual(await stored(database, "between"), ["between", "between-too"]);
    await database.close();
  });

  test("write() runs its work again when its connection is ended within a statement", async () => {
    const database = await open();
    let attempts = 0;
    await database.write(async (transaction) => {
      attempts += 1;
      await insert(transaction, "within");
      if (attempts > 1) return;
      const ended = endConnection(database, transaction);
      await sql`SELECT pg_sleep(10)`.execute(transaction);
      await ended;
    });
    assert.equal(attempts, 2);
    assert.deepEqual(await stored(database, "within"), ["within"]);
    await database.close();
  });

  test("write() tells that it cannot know when its connection is ended before COMMIT is answered", async () => {
    const database = await open();
    const writing = database.write(async (transaction) => {
      await insert(transaction, "unknown");
      await endConnection(database, transaction);
    });
    await assert.rejects(writing, WriteOutcomeUnknownError);
    await database.close();
  });

  test("a snapshot whose connection is ended fails, and its database lives on", async () => {
    const database = await open();
    const snapshot = await database.openSnapshot();
    await endConnection(database, snapshot.read);
    await assert.rejects(stored({ read: snapshot.read }, "within"));
    await snapshot.close().catch(() => undefined);
    assert.deepEqual(await stored(database, "within"), ["within"]);
    await database.close();
  });
}

/** As an administrator does, a restart of the server, or a proxy that has waited too long. */
async function endConnection(database: Database, connection: Queryable): Promise<void> {
  const { rows } = await sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(connection);
  await sql`SELECT pg_terminate_backend(${rows[0]?.pid})`.execute(database.read);
  await sleep(TOLD_MS);
}

async function insert(transaction: WriteTransaction, name: string): Promise<void> {
  await transaction.insertInto("settings").values({ name, value: "1" }).execute();
}

async function stored({ read }: Pick<Database, "read">, prefix: string): Promise<string[]> {
  const rows = await read
    .selectFrom("settings")
    .select("name")
    .where("name", "like", `${prefix}%`)
    .orderBy("name")
    .execute();
  return rows.map(({ name }) => name);
}
