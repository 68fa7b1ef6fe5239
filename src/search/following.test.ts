import assert from "node:assert/strict";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test, type TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import { pruneHistory } from "../resource-store/database/history.ts";
import {
  addImage,
  addRepository,
  ANYBODY,
  openTestSearch,
  openTestStore,
  SILENT,
  walk,
} from "./search.fixture.ts";
import { openSearch, type Search } from "./search.ts";

test("a deleted repository is gone from hits and facets", async (t) => {
  const { search, store, namesFor } = await openTestSearch(t);
  const repository = await addRepository(store, "acme/mysql", { spec: { keywords: ["db"] } });
  assert.deepEqual(await namesFor("mysql"), ["acme/mysql"]);
  await store.delete("Repository", repository.metadata.name);
  assert.deepEqual(await namesFor("mysql"), []);
  const { total, facets } = search.search({}, ANYBODY);
  assert.deepEqual([total, facets.keyword], [0, []]);
  assert.equal(search.size(), 0);
});

test("changed keywords and counters replace the old ones", async (t) => {
  const { search, store, namesFor } = await openTestSearch(t);
  const repository = await addRepository(store, "acme/mysql", { spec: { keywords: ["old", "kept"] } });
  await addRepository(store, "acme/mysql2", { status: { pulls: 5 } });
  assert.deepEqual(await namesFor("acme"), ["acme/mysql2", "acme/mysql"]);
  const spec = { ...repository.spec, keywords: ["new", "kept"] };
  await store.updateStatus({ ...(await store.update({ ...repository, spec })), status: { pulls: 10 } });
  assert.deepEqual(await namesFor("acme"), ["acme/mysql", "acme/mysql2"]);
  assert.deepEqual(await namesFor("old"), []);
  assert.deepEqual(await namesFor({ keyword: "old" }), []);
  assert.deepEqual(await namesFor({ keyword: "new" }), ["acme/mysql"]);
  assert.deepEqual(search.search({}, ANYBODY).facets.keyword, [
    { value: "kept", count: 1 },
    { value: "new", count: 1 },
  ]);
});

test("the README searched is that of the tag the repository shows", async (t) => {
  const { store, namesFor } = await openTestSearch(t);
  const repository = await addRepository(store, "acme/app", { readme: "elephants" });
  const image = await addImage(store, "acme/app:v2", "giraffes");
  assert.deepEqual(await namesFor("elephants"), ["acme/app"]);
  assert.deepEqual(await namesFor("giraffes"), []);
  await store.updateStatus({ ...repository, status: { latestTag: "v2" } });
  assert.deepEqual(await namesFor("giraffes"), ["acme/app"]);
  assert.deepEqual(await namesFor("elephants"), []);
  await store.updateStatus({ ...image, status: { detail: { docs: "zebras" } } });
  assert.deepEqual(await namesFor("zebras"), ["acme/app"]);
  await store.delete("Image", image.metadata.name);
  assert.deepEqual(await namesFor("zebras"), []);
});

test("an index on disk goes on where it stood, without reading the store again", async (t) => {
  const { database, store, restart } = await openOnDisk(t);
  const before = await restart();
  await before.caughtUp();
  await addRepository(store, "acme/one");
  await before.caughtUp();
  await before.close();
  // What the index has seen need not be in the history any more.
  await pruneHistory(database, Number.MAX_SAFE_INTEGER);
  const lists = t.mock.method(store, "list");
  const search = await restart();
  assert.deepEqual(walk(search, {}), ["acme/one"], "at once");
  await addRepository(store, "acme/two");
  while (search.size() < 2) await setImmediate();
  assert.equal(lists.mock.callCount(), 0);
});

test("an index that missed changes is rebuilt, and a page of the old one is not continued", async (t) => {
  const { database, store, restart } = await openOnDisk(t);
  await addRepository(store, "acme/one");
  await addRepository(store, "acme/two");
  const before = await restart();
  await before.caughtUp();
  const page = before.search({ limit: 1 }, ANYBODY);
  await before.close();
  await addRepository(store, "acme/six");
  await pruneHistory(database, Number.MAX_SAFE_INTEGER);
  const search = await restart();
  assert.deepEqual(walk(search, { sort: "name" }), ["acme/one", "acme/two"], "the old one meanwhile");
  await search.caughtUp();
  assert.deepEqual(walk(search, { sort: "name" }), ["acme/one", "acme/six", "acme/two"]);
  assert.throws(() => search.search({ limit: 1, continue: page.continue }, ANYBODY), /search again/);
});

test("an index of another incarnation answers until a new one has taken its place", async (t) => {
  const { store, restart } = await openOnDisk(t);
  await addRepository(store, "acme/old");
  await (await restart()).caughtUp();
  const restored = await openTestStore();
  t.after(restored.close);
  await addRepository(restored.store, "acme/restored");
  const search = await restart({ store: restored.store, incarnation: "second" });
  assert.deepEqual(walk(search, {}), ["acme/old"]);
  await search.caughtUp();
  assert.deepEqual(walk(search, {}), ["acme/restored"]);
});

const DAMAGES: Record<string, (path: string) => void> = {
  "is of another version": (path) => {
    const database = new DatabaseSync(path);
    database.exec("PRAGMA user_version = 999; DROP TABLE texts");
    database.close();
  },
  "is no database": (path) =>
    writeFileSync(path, "not a database, though long enough to have a header".repeat(100)),
  "is empty": (path) => truncateSync(path, 0),
  "was left half built": (path) => {
    const database = new DatabaseSync(path);
    database.exec("DELETE FROM state WHERE name = 'complete'; DELETE FROM repositories");
    database.close();
  },
  "has lost its end": (path) => truncateSync(path, 8192),
  "is damaged where only a search reads": (path) => {
    const database = new DatabaseSync(path);
    const row = database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'tokens_data'").get();
    database.close();
    const page = Number(row?.["rootpage"]);
    writeFileSync(path, readFileSync(path).fill(0xff, (page - 1) * 4096, page * 4096));
  },
};

for (const [what, damage] of Object.entries(DAMAGES)) {
  test(`an index file that ${what} is made anew`, async (t) => {
    const { path, store, restart } = await openOnDisk(t);
    await addRepository(store, "acme/one");
    const search = await restart();
    await search.caughtUp();
    await search.close();
    damage(path);
    const again = await restart();
    while (!answers(again)) await setImmediate();
    assert.deepEqual(walk(again, { q: "one" }), ["acme/one"]);
    await addRepository(store, "acme/two");
    await again.caughtUp();
    assert.deepEqual(walk(again, { q: "two" }), ["acme/two"]);
  });
}

/** A damaged index may throw until its rebuild is done. */
function answers(search: Search): boolean {
  try {
    return search.search({ q: "one" }, ANYBODY).total === 1;
  } catch {
    return false;
  }
}

/** Search on disk that can be started again; the last one is closed before its store. */
async function openOnDisk(context: TestContext) {
  const { folder, database, store, close } = await openTestStore();
  const path = join(folder, "search.db");
  let running: Search | undefined;
  context.after(async () => {
    await running?.close();
    await close();
  });
  return {
    path,
    database,
    store,
    restart: async (options = { store, incarnation: "first" }): Promise<Search> => {
      await running?.close();
      running = await openSearch({ path, ...options, logger: SILENT });
      return running;
    },
  };
}
