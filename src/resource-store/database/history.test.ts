import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import type { Database } from "../../database/database.ts";
import { onPostgresServer } from "../../database/on-postgres-server.fixture.ts";
import { POSTGRES_SERVER } from "../../database/postgres-server.ts";
import { openDatabaseResourceStore } from "../database.ts";
import { ExpiredError } from "../errors.ts";
import { repository } from "../suite/resources.ts";
import { pruneHistory, requireHistorySince } from "./history.ts";

/** PGlite has one connection, so what two do to each other shows on a real server alone. */
if (POSTGRES_SERVER !== undefined) {
  const open = onPostgresServer(POSTGRES_SERVER);

  test("of two hubs that prune at once, the later one hides nothing that the other has pruned", async () => {
    const [first, second] = [await open(), await open()];
    let now = 1000;
    const store = openDatabaseResourceStore({ database: first, now: () => now });
    const early = await store.create(repository("pruned.early"));
    now = 2000;
    await store.create(repository("pruned.late"));

    const pruning: Promise<void>[] = [];
    await first.write(async (transaction) => {
      // Both wait for this row, in the order in which they came.
      await transaction
        .insertInto("settings")
        .values({ name: "history_floor.Repository", value: "1" })
        .execute();
      pruning.push(pruneHistory(first, 2500));
      await untilWaiting(first, 1);
      pruning.push(pruneHistory(second, 1500));
      await untilWaiting(first, 2);
    });
    await Promise.all(pruning);

    const seen = Number(early.metadata.resourceVersion);
    await assert.rejects(requireHistorySince(first.read, "Repository", seen), ExpiredError);
    await store.close();
    await first.close();
    await second.close();
  });
}

async function untilWaiting(database: Database, connections: number): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ waiting: number }>`
      SELECT count(*) AS waiting FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(database.read);
    if ((rows[0]?.waiting ?? 0) >= connections) return;
    await sleep(5);
  }
}
