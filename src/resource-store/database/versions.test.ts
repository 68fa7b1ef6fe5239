import assert from "node:assert/strict";
import { test } from "node:test";
import { onPostgresServer } from "../../database/on-postgres-server.fixture.ts";
import { POSTGRES_SERVER } from "../../database/postgres-server.ts";
import { openDatabaseResourceStore } from "../database.ts";
import { repository, watchRepositories } from "../suite/resources.ts";
import { lockResources, nextVersion } from "./versions.ts";

/** PGlite has one connection, so what two do to each other shows on a real server alone. */
if (POSTGRES_SERVER !== undefined) {
  const open = onPostgresServer(POSTGRES_SERVER);

  test("a hub cannot commit a later version before another commits an earlier one", async () => {
    const [first, second] = [await open(), await open()];
    const store = openDatabaseResourceStore({ database: second });
    const watch = await watchRepositories(store);
    const locked = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const slow = first.write(async (transaction) => {
      await lockResources(transaction, first.kind);
      locked.resolve();
      await release.promise;
      return nextVersion(transaction);
    });
    await locked.promise;
    const seen: string[] = [];
    const quick = store.create(repository("versions.quick")).then((created) => {
      seen.push("created");
      return created;
    });
    // The server answers this after it has taken the other connection's statement.
    for (let turn = 0; turn < 20; turn++) await second.read.selectFrom("resources").select("name").execute();
    assert.deepEqual(seen, []);
    release.resolve();
    const earlier = await slow;
    const later = await quick;
    assert.equal(Number(later.metadata.resourceVersion), earlier + 1);
    await watch.stop();
    await store.close();
    await first.close();
    await second.close();
  });
}
