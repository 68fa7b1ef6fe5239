import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openSqlite } from "../../database/sqlite.ts";
import { openDatabaseResourceStore } from "../database.ts";
import { repository, watchRepositories } from "../suite/resources.ts";

const folder = await mkdtemp(join(tmpdir(), "imagehub-resource-store-"));
after(() => rm(folder, { recursive: true }));

test("no list and no watch shows what is not on disk yet", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  let disk = Promise.withResolvers<void>();
  disk.resolve();
  const database = await openSqlite(join(folder, "hub.db"), { syncFile: () => disk.promise });
  const store = openDatabaseResourceStore({ database });
  const watch = await watchRepositories(store);
  await store.create(repository("a.first"));
  assert.deepEqual(await watch.take(1), ["ADDED a.first"]);

  disk = Promise.withResolvers();
  const seen: string[] = [];
  const note = (what: string) => () => seen.push(what);
  const created = store.create(repository("a.second")).then(note("created"));
  // Resolves after the commit, which the readers could see.
  await database.write(() => Promise.resolve(), { relaxed: true });
  const listed = store.list("Repository").then(note("listed"));
  const watched = watch.next().then(note("watched"));
  // The feed looks for what other hubs have written.
  t.mock.timers.tick(1000);
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
  assert.deepEqual(seen, []);

  disk.resolve();
  await Promise.all([created, listed, watched]);
  assert.deepEqual(seen.toSorted(), ["created", "listed", "watched"]);
  await watch.stop();
  await store.close();
  await database.close();
});
