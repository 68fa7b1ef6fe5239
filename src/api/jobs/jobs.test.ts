import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pino } from "pino";
import { openDatabase } from "../../database/open.ts";
import { openPglite } from "../../database/pglite.ts";
import { onPostgresServer } from "../../database/on-postgres-server.fixture.ts";
import { POSTGRES_SERVER } from "../../database/postgres-server.ts";
import { startJobs } from "./jobs.ts";
import { testJobs } from "./jobs-suite.ts";

const folder = await mkdtemp(join(tmpdir(), "imagehub-jobs-"));
after(() => rm(folder, { recursive: true }));

testJobs("SQLite", async () => {
  const database = await openDatabase(`sqlite:${join(folder, "hub.db")}`);
  return [database, database];
});

if (POSTGRES_SERVER === undefined) {
  testJobs("PostgreSQL (PGlite)", async () => {
    const database = await openPglite();
    return [database, database];
  });
} else {
  const open = onPostgresServer(POSTGRES_SERVER);
  testJobs("PostgreSQL (server)", async () => [await open(), await open()]);
}

test("on SQLite, which one hub has alone, what a killed hub left is interrupted at the next start", async () => {
  const database = await openDatabase(`sqlite:${join(folder, "alone.db")}`);
  const left = { kind: "gc", lane: "bytes", parameters: "{}", state: "running", created_at: 0 } as const;
  await database.write((transaction) =>
    transaction
      .insertInto("jobs")
      .values({ ...left, runner: "killed", beat_at: 5, cancel: 0 })
      .execute(),
  );
  const jobs = await startJobs({ database, kinds: [], logger: pino({ level: "silent" }) });
  assert.equal((await jobs.list({ limit: 1 }))[0]?.state, "interrupted");
  await jobs.close();
  await database.close();
});
