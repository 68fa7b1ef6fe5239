import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { PGlite } from "@electric-sql/pglite";
import { Kysely, PGliteDialect } from "kysely";
import { migrate, migrateWithin } from "./migrate.ts";
import { openDatabase } from "./open.ts";
import { createPostgresDatabase, POSTGRES_SERVER } from "./postgres-server.ts";
import { NUMBER_PARSERS } from "./postgres.ts";
import { insertImage } from "./reference-suite.ts";
import { readIncarnation, readKnownSince } from "./settings.ts";
import { openSqliteConnection } from "./sqlite-connection.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";
import type { Tables } from "./tables.ts";

const folder = await mkdtemp(join(tmpdir(), "imagehub-migrate-"));
after(() => rm(folder, { recursive: true }));

if (POSTGRES_SERVER !== undefined) {
  test("hubs that start together migrate once, whatever isolation the server gives by itself", async () => {
    const { url, drop } = await createPostgresDatabase(POSTGRES_SERVER ?? "");
    const isolated = `${url}?options=-c%20default_transaction_isolation%3Drepeatable%5C%20read`;
    const opened = await Promise.allSettled(Array.from({ length: 3 }, () => openDatabase(isolated)));
    for (const each of opened) if (each.status === "fulfilled") await each.value.close();
    await drop();
    assert.deepEqual(
      opened.flatMap((each) => (each.status === "rejected" ? [each.reason] : [])),
      [],
    );
  });

  test("hubs that start together on an empty PostgreSQL database migrate it once", async () => {
    const { open, drop } = await createPostgresDatabase(POSTGRES_SERVER ?? "");
    const databases = await Promise.all([open(), open(), open()]);
    assert.equal(new Set(databases.map(({ incarnation }) => incarnation)).size, 1);
    for (const database of databases) await database.close();
    await drop();
  });
}

for (const [kind, open] of [
  ["sqlite", () => sqliteDialect(openSqliteConnection(join(folder, "hub.db"), []))],
  ["postgres", async () => new PGliteDialect({ pglite: await PGlite.create({ parsers: NUMBER_PARSERS }) })],
] as const) {
  test(`a ${kind} database of version 1 keeps what it holds when it is migrated`, async () => {
    const kysely = new Kysely<Tables>({ dialect: await open() });
    const before = Date.now();
    await kysely.transaction().execute(async (transaction) => {
      await migrateWithin({ transaction, kind }, { to: 1 });
      await insertImage(transaction, "kept/image");
    });
    const incarnation = await readIncarnation(kysely);
    await migrate(kysely, kind);
    const manifests = await kysely.selectFrom("manifests").select(["digest", "pulled_at"]).execute();
    assert.deepEqual(manifests, [{ digest: "kept/image manifest", pulled_at: 0 }]);
    assert.equal(await readIncarnation(kysely), incarnation);
    assert.ok((await readKnownSince(kysely)).getTime() >= before);
    await kysely.destroy();
  });
}
