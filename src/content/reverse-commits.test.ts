import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemoryStorage } from "../blob-storage/memory.ts";
import { onPostgresServer } from "../database/on-postgres-server.fixture.ts";
import { POSTGRES_SERVER } from "../database/postgres-server.ts";
import { createContent } from "./create.ts";
import { touchKeys } from "./dirty-keys.ts";

/** PGlite has one connection, so transactions that end in another order than they began are a real server's. */
if (POSTGRES_SERVER !== undefined) {
  const open = onPostgresServer(POSTGRES_SERVER);

  test("no dirty key is missed when a transaction that began earlier commits later", async () => {
    const [slow, quick] = [await open(), await open()];
    const { dirtyKeys, ...content } = createContent({ database: quick, storage: createMemoryStorage() });
    const touched = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const committed = slow.write(async (transaction) => {
      await touchKeys(transaction, [{ kind: "image", key: "org/slow:v1" }], 1);
      touched.resolve();
      await release.promise;
    });
    await touched.promise;
    await dirtyKeys.touch([{ kind: "image", key: "org/quick:v1" }]);
    assert.deepEqual(await takeAndSettle(), ["org/quick:v1"]);
    release.resolve();
    await committed;
    assert.deepEqual(await takeAndSettle(), ["org/slow:v1"]);
    assert.deepEqual(await takeAndSettle(), []);
    await content.close();
    await slow.close();
    await quick.close();

    async function takeAndSettle(): Promise<string[]> {
      const keys = await dirtyKeys.take(10);
      await dirtyKeys.settle(keys);
      return keys.map(({ key }) => key);
    }
  });
}
