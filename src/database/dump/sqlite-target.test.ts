import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openDatabase } from "../open.ts";
import { readIncarnation } from "../settings.ts";
import { chunks, collect } from "./dump-suite.ts";
import { loadDump } from "./load-dump.ts";
import { createSqliteTarget } from "./sqlite-target.ts";
import { dumpDatabase } from "./write-dump.ts";

const folder = await mkdtemp(join(tmpdir(), "imagehub-sqlite-target-"));
after(() => rm(folder, { recursive: true }));

test("the log of a file that is lost does not become the restored database's, and is kept", async () => {
  const [whole, file] = [join(folder, "whole.db"), join(folder, "hub.db")];
  const database = await openDatabase(`sqlite:${whole}`);
  const dump = await collect(dumpDatabase(database, { program: "1.2.3" }));

  const killed = await openDatabase(`sqlite:${join(folder, "killed.db")}`);
  assert.notEqual(killed.incarnation, database.incarnation);
  // As a hub that is killed leaves it, all of the database in it; the file itself is gone.
  await cp(join(folder, "killed.db-wal"), `${file}-wal`);
  await killed.close();

  const target = createSqliteTarget(file, { now: () => Date.UTC(2026, 10, 24) });
  await target.replace((context) => loadDump(context, chunks(dump)));
  await target.close();
  assert.ok(existsSync(`${file}.replaced-20261124T000000Z-wal`));
  const restored = await openDatabase(`sqlite:${file}`);
  assert.equal(await readIncarnation(restored.read), database.incarnation);
  await Promise.all([restored.close(), database.close()]);
});
