import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openDatabase } from "../../database/open.ts";
import { openPglite } from "../../database/pglite.ts";
import { ExpiredError } from "../errors.ts";
import { openDatabaseResourceStore } from "../database.ts";
import { beginNewLife } from "./new-life.ts";

const folder = await mkdtemp(join(tmpdir(), "imagehub-life-"));
after(() => rm(folder, { recursive: true }));

for (const [name, open] of [
  ["SQLite", () => openDatabase(`sqlite:${join(folder, "hub.db")}`)],
  ["PostgreSQL (PGlite)", openPglite],
] as const) {
  test(`in a new life nobody goes on from a version of an earlier one, and all lists are new: ${name}`, async () => {
    const database = await open();
    const store = openDatabaseResourceStore({ database });
    after(async () => {
      await store.close();
      await database.close();
    });
    await store.create(user("alice"));
    const { resourceVersion } = await store.list("User");
    const renew = () => database.write((transaction) => beginNewLife(transaction, database.kind));
    await renew();
    const { resourceVersion: first } = await store.list("User");
    await renew();
    const { resourceVersion: second, items } = await store.list("User");
    assert.equal(items.length, 1);
    for (const [earlier, later] of [
      [resourceVersion, first],
      [first, second],
    ]) {
      const step = Number(later) - Number(earlier);
      assert.ok(step >= 2 ** 32 && step < 2 ** 33, `${step}`);
    }
    await store.create(user("bob"));
    // Also one that was given after the backup, had it been restored to.
    for (const known of [resourceVersion, first, String(Number(first) + 1)]) {
      await assert.rejects(nextName(known), ExpiredError, known);
    }
    assert.equal(await nextName(second), "bob");

    async function nextName(from: string): Promise<string | undefined> {
      const ending = new AbortController();
      let told: string | undefined;
      await store.watch("User", { resourceVersion: from, signal: ending.signal }, ({ object }) => {
        told = object.metadata.name;
        ending.abort();
      });
      return told;
    }
  });
}

function user(name: string) {
  return {
    apiVersion: "imagehub.sealos.io/v1",
    kind: "User" as const,
    metadata: { name },
    spec: {},
  };
}
