import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, describe, test } from "node:test";
import { sql } from "kysely";
import type { Database } from "./database.ts";
import { DatabaseFailedError, DatabaseFullError, DatabaseVersionError } from "./errors.ts";
import { openSqlite } from "./sqlite.ts";

const folder = await mkdtemp(join(tmpdir(), "imagehub-sqlite-"));
after(() => rm(folder, { recursive: true }));

test("a file that is damaged, or none of SQLite's, is told with its path and what to do", async () => {
  const file = join(folder, "damaged.db");
  await writeFile(file, "no database at all".repeat(1000));
  await assert.rejects(openSqlite(file), {
    name: "DatabaseFileError",
    message: `Cannot open database ${file}: file is not a database; keep a copy of it, then imagehub restore DIR puts back a backup, or --from-storage a snapshot`,
  });
});

test("what it makes, its owner alone may read: it holds password hashes and keys", async () => {
  const file = join(folder, "secret.db");
  const database = await openSqlite(file);
  for (const each of [file, `${file}-wal`, `${file}-shm`]) {
    assert.equal((await stat(each)).mode & 0o777, 0o600, each);
  }
  await database.close();
});

describe("durability", () => {
  test(
    "a write resolves after a sync that began after its commit, and concurrent writes share one",
    { timeout: 10_000 },
    async () => {
      const syncs = heldSyncs();
      const database = await openSqlite(join(folder, "shared.db"), { syncFile: syncs.syncFile });
      syncs.hold();
      const first = observe(insert(database, "first"));
      await syncs.begun(1);
      const others = Array.from({ length: 10 }, (_, index) => observe(insert(database, `other ${index}`)));
      // Resolves at its commit, which is after theirs.
      await database.write((transaction) => insertInto(transaction, "relaxed"), { relaxed: true });
      await turn();
      assert.deepEqual([syncs.count(), first.done, others.some((other) => other.done)], [1, false, false]);

      syncs.release();
      await first.promise;
      await syncs.begun(2);
      await turn();
      assert.equal(
        others.some((other) => other.done),
        false,
        "the first sync began before their commits",
      );

      syncs.release();
      await Promise.all(others.map((other) => other.promise));
      assert.equal(syncs.count(), 2);
      syncs.release();
      await database.close();
    },
  );

  test("after a failed sync every write is refused, and the database says that it failed", async () => {
    let broken = false;
    const database = await openSqlite(join(folder, "failed.db"), {
      syncFile: () => (broken ? Promise.reject(new Error("input/output error")) : Promise.resolve()),
    });
    broken = true;
    await assert.rejects(insert(database, "lost"), DatabaseFailedError);
    broken = false;
    await assert.rejects(insert(database, "later"), DatabaseFailedError);
    assert.ok(database.failed.reason instanceof DatabaseFailedError);
    const later = await database.read
      .selectFrom("settings")
      .where("name", "=", "later")
      .selectAll()
      .execute();
    assert.deepEqual(later, []);
    await database.close();
  });

  test("every write that a killed process acknowledged is there", async () => {
    const path = join(folder, "killed.db");
    const child = spawn(process.execPath, [join(import.meta.dirname, "acknowledging-writer.ts"), path], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const acknowledged: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged.push(line);
      if (acknowledged.length === 300) child.kill("SIGKILL");
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    assert.equal(child.signalCode, "SIGKILL");
    const database = await openSqlite(path);
    const names = new Set(
      (await database.read.selectFrom("settings").select("name").execute()).map((row) => row.name),
    );
    assert.deepEqual(
      acknowledged.filter((name) => !names.has(name)),
      [],
    );
    await database.close();
  });
});

describe("disk", () => {
  test("a full disk fails the write alone", async () => {
    const database = await openSqlite(join(folder, "full.db"));
    await limitPages(database, 1);
    const content = new Uint8Array(1_000_000);
    const writing = database.write(async (transaction) => {
      await insertInto(transaction, "before the disk was full");
      await transaction.insertInto("manifest_contents").values({ digest: "large", content }).execute();
    });
    await assert.rejects(writing, DatabaseFullError);
    await limitPages(database, 1_000_000);
    await insert(database, "afterwards");
    const names = (await database.read.selectFrom("settings").select("name").orderBy("name").execute()).map(
      (row) => row.name,
    );
    assert.deepEqual(names, ["afterwards", "incarnation", "known-since"]);
    assert.equal(database.failed.aborted, false);
    await database.close();
  });

  test("the write-ahead log begins anew when it has grown long", async () => {
    const path = join(folder, "checkpoint.db");
    const database = await openSqlite(path, { checkpointPages: 20, syncFile: () => Promise.resolve() });
    const salt = await walSalt(path);
    let writes = 0;
    while ((await walSalt(path)) === salt && writes < 3000) {
      await insert(database, `row ${writes}`);
      writes += 1;
    }
    assert.ok(writes < 3000, "no checkpoint took over the log");
    assert.ok((await stat(path)).size > 4096 * 20);
    await database.close();
  });

  test("a database of a newer program is refused and left as it is", async () => {
    const path = join(folder, "newer.db");
    const database = await openSqlite(path);
    await database.write((transaction) => sql`UPDATE schema_version SET version = 1000`.execute(transaction));
    await database.close();
    const before = await readFile(path);
    await assert.rejects(openSqlite(path), DatabaseVersionError);
    assert.deepEqual(await readFile(path), before);
  });

  test("a database keeps its incarnation when it is opened again", async () => {
    const path = join(folder, "again.db");
    const first = await openSqlite(path);
    await first.close();
    const second = await openSqlite(path);
    assert.equal(second.incarnation, first.incarnation);
    await second.close();
  });
});

function insert(database: Database, name: string): Promise<void> {
  return database.write((transaction) => insertInto(transaction, name));
}

async function insertInto(queryable: Database["read"], name: string): Promise<void> {
  await queryable.insertInto("settings").values({ name, value: "" }).execute();
}

async function limitPages(database: Database, pages: number): Promise<void> {
  await database.write((transaction) => sql`PRAGMA max_page_count = ${sql.lit(pages)}`.execute(transaction));
}

async function walSalt(path: string): Promise<string> {
  const file = await open(`${path}-wal`);
  const { buffer } = await file.read(Buffer.alloc(8), { position: 16 });
  await file.close();
  return buffer.toString("hex");
}

/** Syncs that end when told; `hold` begins that. */
function heldSyncs() {
  let held = false;
  const ends: PromiseWithResolvers<void>[] = [];
  let changed = Promise.withResolvers<void>();
  return {
    syncFile(): Promise<void> {
      if (!held) return Promise.resolve();
      const end = Promise.withResolvers<void>();
      ends.push(end);
      changed.resolve();
      changed = Promise.withResolvers();
      return end.promise;
    },
    hold() {
      held = true;
    },
    count: () => ends.length,
    async begun(count: number) {
      while (ends.length < count) await changed.promise;
    },
    release() {
      ends.at(-1)?.resolve();
      if (ends.length === 2) held = false;
    },
  };
}

function observe(promise: Promise<void>): { promise: Promise<void>; done: boolean } {
  const observed = { promise, done: false };
  promise.then(
    () => (observed.done = true),
    () => undefined,
  );
  return observed;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
