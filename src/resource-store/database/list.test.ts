import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openSqlite } from "../../database/sqlite.ts";
import { openDatabaseResourceStore } from "../database.ts";
import { namesOf, repository } from "../suite/resources.ts";

test("a page of large resources ends early, and the list goes on from there", async () => {
  const folder = await mkdtemp(join(tmpdir(), "imagehub-list-"));
  const database = await openSqlite(join(folder, "hub.db"), { syncFile: () => Promise.resolve() });
  const store = openDatabaseResourceStore({ database });
  // More than a query's rows, so that the first query alone does not end the list.
  const names = Array.from({ length: 230 }, (_, index) => `large.${1000 + index}`);
  const description = "x".repeat(90_000);
  for (const name of names) await store.create(repository(name, { description }));

  const first = await store.list("Repository", { limit: 1 });
  // What was there last belongs on the last page, though the second is the first to know of its end.
  await store.delete("Repository", names.at(-1) ?? "");
  await store.create(repository("large.0000"));
  const seen = namesOf(first.items);
  let pages = 1;
  for (let page = first; page.continue;) {
    page = await store.list("Repository", { continue: page.continue });
    seen.push(...namesOf(page.items));
    pages += 1;
  }
  assert.deepEqual(seen, names);
  assert.equal(pages, 3);

  await store.close();
  await database.close();
  await rm(folder, { recursive: true });
});
