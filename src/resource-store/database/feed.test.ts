import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Database } from "../../database/database.ts";
import { openSqlite } from "../../database/sqlite.ts";
import { openDatabaseResourceStore } from "../database.ts";
import { ExpiredError } from "../errors.ts";
import { repository, watchRepositories } from "../suite/resources.ts";
import { HISTORY_MS, pruneHistory } from "./history.ts";

let folder: string;
let database: Database;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "imagehub-feed-"));
  database = await openSqlite(join(folder, "hub.db"), { syncFile: () => Promise.resolve() });
});
after(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

test("a watch sees what another hub writes on the same database", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const [here, elsewhere] = [
    openDatabaseResourceStore({ database }),
    openDatabaseResourceStore({ database }),
  ];
  const watch = await watchRepositories(here);
  await here.create(repository("feed.here"));
  assert.deepEqual(await watch.take(1), ["ADDED feed.here"]);
  await elsewhere.create(repository("feed.elsewhere"));
  const next = watch.take(1);
  t.mock.timers.tick(1000);
  assert.deepEqual(await next, ["ADDED feed.elsewhere"]);
  await watch.stop();
  await here.close();
  await elsewhere.close();
});

test("a watch tells nothing from before its version, though the others are not that far", async () => {
  const [store, elsewhere] = [
    openDatabaseResourceStore({ database }),
    openDatabaseResourceStore({ database }),
  ];
  const behind = await watchRepositories(store);
  const waiting = behind.next();
  await store.create(repository("feed.known"));
  await waiting;
  await elsewhere.create(repository("feed.listed"));
  const watch = await watchRepositories(store);
  const next = watch.take(1);
  // The watch has begun when this is read by the same feed.
  await store.list("Repository");
  await store.create(repository("feed.new"));
  assert.deepEqual(await next, ["ADDED feed.new"]);
  await watch.stop();
  await behind.stop();
  await store.close();
  await elsewhere.close();
});

test("watchers share an event's resource, which nobody can change", async () => {
  const store = openDatabaseResourceStore({ database });
  const watches = await Promise.all([watchRepositories(store), watchRepositories(store)]);
  const first = watches.map((watch) => watch.next());
  await store.create(repository("feed.first"));
  await Promise.all(first);
  await store.create(repository("feed.shared", { keywords: ["sql"] }));
  const [one, other] = await Promise.all(watches.map((watch) => watch.next()));
  assert.equal(one?.object, other?.object);
  assert.throws(() => one?.object.spec.keywords?.push("changed"), TypeError);
  for (const watch of watches) await watch.stop();
  await store.close();
});

test("a hub that was held up until changes were pruned tells its watches to list again", async () => {
  const store = openDatabaseResourceStore({ database });
  const elsewhere = openDatabaseResourceStore({ database });
  const watch = await watchRepositories(store);
  await store.create(repository("feed.before"));
  assert.deepEqual(await watch.take(1), ["ADDED feed.before"]);
  await elsewhere.create(repository("feed.missed"));
  await pruneHistory(database, Number.MAX_SAFE_INTEGER);
  await store.create(repository("feed.afterwards"));
  await assert.rejects(watch.next(), ExpiredError);
  await store.close();
  await elsewhere.close();
});

test("closing the store ends its watches", async () => {
  const store = openDatabaseResourceStore({ database });
  const watch = await watchRepositories(store);
  await store.create(repository("feed.last"));
  assert.deepEqual(await watch.take(1), ["ADDED feed.last"]);
  const waiting = watch.next();
  await store.close();
  assert.equal(await waiting, undefined);
});

test("history is kept for five minutes, and pruned after", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  let nowMs = Date.UTC(2026, 0, 1);
  const store = openDatabaseResourceStore({ database, now: () => nowMs });
  await pruneHistory(database, Number.MAX_SAFE_INTEGER);
  await store.create(repository("feed.old"));
  nowMs += HISTORY_MS / 2;
  await store.create(repository("feed.younger"));
  nowMs += HISTORY_MS / 2 + 1;
  t.mock.timers.tick(60_000);
  const names = async () =>
    (await database.read.selectFrom("resource_history").select("name").execute()).map(({ name }) => name);
  for (let turn = 0; turn < 100 && (await names()).length > 1; turn++) await new Promise(setImmediate);
  assert.deepEqual(await names(), ["feed.younger"]);
  await store.close();
});
