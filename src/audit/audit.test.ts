import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import type { Database } from "../database/database.ts";
import { openDatabase } from "../database/open.ts";
import { openPglite } from "../database/pglite.ts";
import { onPostgresServer } from "../database/on-postgres-server.fixture.ts";
import { POSTGRES_SERVER } from "../database/postgres-server.ts";
import { openAudit } from "./audit.ts";
import type { AuditEntry, AuditFilter } from "./entry.ts";
import { removeOldEntries } from "./retention.ts";

const folder = await mkdtemp(join(tmpdir(), "imagehub-audit-"));
after(() => rm(folder, { recursive: true }));

const DAY_MS = 24 * 60 * 60 * 1000;

testAudit("SQLite", () => openDatabase(`sqlite:${join(folder, "hub.db")}`));
testAudit("PostgreSQL (PGlite)", openPglite);
if (POSTGRES_SERVER !== undefined) {
  const open = onPostgresServer(POSTGRES_SERVER);
  testAudit("PostgreSQL (server)", open);
}

function entry(about: Partial<AuditEntry> = {}): AuditEntry {
  return {
    actor: "alice",
    address: "10.0.0.1",
    action: "manifest.push",
    resource: "org/app:v1",
    organization: "org",
    outcome: "success",
    status: 201,
    count: 1,
    ...about,
  };
}

function testAudit(name: string, open: () => Promise<Database>): void {
  describe(`audit on ${name}`, async () => {
    const database = await open();
    let now = 1000 * DAY_MS;
    const audit = openAudit({
      database,
      keepMs: 90 * DAY_MS,
      now: () => now,
      onError: (error) => assert.fail(String(error)),
    });
    after(async () => {
      await audit.close();
      await database.close();
    });

    async function resources(filter: AuditFilter, limit = 100): Promise<string[]> {
      const { records } = await audit.list(filter, { limit });
      return records.map(({ resource }) => resource);
    }

    test("an entry cannot be changed", async () => {
      await audit.record(entry());
      const change = database.write((transaction) =>
        transaction.updateTable("audit").set({ actor: "mallory" }).execute(),
      );
      await assert.rejects(change, /append-only/);
      assert.deepEqual(
        (await audit.list({}, { limit: 10 })).records.map(({ actor }) => actor),
        ["alice"],
      );
    });

    test("a resource that is no name is left out, and one with a token has it hidden", async () => {
      await audit.record(entry({ action: "odd.create", resource: "two words\n" }));
      await audit.record(entry({ action: "odd.create", resource: "org/ihp_0123456789abcdef" }));
      assert.deepEqual(await resources({ action: "odd" }), ["org/[hidden]", ""]);
    });

    test("entries are found by each filter, the newest first, page by page", async () => {
      now += 10 * DAY_MS;
      const since = new Date(now);
      await audit.record(entry({ resource: "org/app:v2", actor: "bob" }));
      await audit.record(entry({ resource: "org/application:v1", outcome: "denied", status: 401 }));
      now += 1000;
      const until = new Date(now);
      await Promise.all(
        ["a", "b", "c"].map((action) => audit.record(entry({ action: `${action}.x`, resource: action }))),
      );
      assert.deepEqual(await resources({ since, until }), ["org/application:v1", "org/app:v2"]);
      assert.deepEqual(await resources({ since, actor: "bob" }), ["org/app:v2"]);
      assert.deepEqual(await resources({ since, outcome: "denied" }), ["org/application:v1"]);
      assert.deepEqual(await resources({ resource: "org/app" }), ["org/app:v2", "org/app:v1"]);
      assert.deepEqual(await resources({ since, action: "manifest", until }), [
        "org/application:v1",
        "org/app:v2",
      ]);
      assert.deepEqual(await resources({ since, action: "manifest.pus" }), []);
      const pages: string[] = [];
      let before: number | undefined;
      do {
        const page = await audit.list({ since }, { before, limit: 2 });
        pages.push(page.records.map(({ resource }) => resource).join());
        ({ before } = page);
      } while (before !== undefined);
      assert.deepEqual(pages.slice(0, 3), ["c,b", "a,org/application:v1", "org/app:v2"]);
    });

    test("an organization's entries are those of its life: an earlier one of its name is not shown", async () => {
      const organizations = ["team"];
      await audit.record(entry({ organization: "team", resource: "team/before:v1" }));
      assert.deepEqual(await resources({ organizations }), []);
      now += 1000;
      await database.write((transaction) =>
        transaction
          .insertInto("organizations")
          .values({ name: "team", default_visibility: "public", created_at: now })
          .execute(),
      );
      await audit.record(entry({ organization: "team", resource: "team/app:v1" }));
      assert.deepEqual(await resources({ organizations }), ["team/app:v1"]);
      assert.deepEqual(await resources({ organizations: [] }), []);
    });

    test("what is refused again and again is counted", async () => {
      const refusal = entry({ action: "login", outcome: "denied", status: 401 });
      const before = audit.totals().taken;
      for (let attempt = 0; attempt < 1000; attempt += 1) audit.refused(refusal);
      assert.equal(audit.totals().taken, before + 1);
    });

    test("entries that are too old go, in batches, and the others stay", async () => {
      await Promise.all(Array.from({ length: 1100 }, () => audit.record(entry({ action: "old.create" }))));
      now += 90 * DAY_MS;
      await audit.record(entry({ action: "new.create" }));
      const { signal } = new AbortController();
      await removeOldEntries({ database, keepMs: 90 * DAY_MS, now: () => now }, signal);
      assert.equal((await resources({ action: "old" }, 2000)).length, 1100);
      now += DAY_MS;
      await removeOldEntries({ database, keepMs: 90 * DAY_MS, now: () => now }, signal);
      assert.deepEqual(await resources({}), ["org/app:v1"]);
    });
  });
}
