import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { sql } from "kysely";
import { buildImage, buildIndex } from "../../test/image-builder.ts";
import { createMemoryStorage } from "../blob-storage/memory.ts";
import type { Database } from "../database/database.ts";
import { onPostgresServer } from "../database/on-postgres-server.fixture.ts";
import { POSTGRES_SERVER } from "../database/postgres-server.ts";
import { parseRepositoryName, parseTag } from "../oci/reference.ts";
import { pushBlobs, putManifest, refuses, V1 } from "./content.fixture.ts";
import { createContent } from "./create.ts";
import { touchKeys } from "./dirty-keys.ts";
import { setNewestTag } from "./newest-tag.ts";

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

  test("who settles keys and who touches them wait for each other, and never both", async () => {
    const [holding, settling, touching] = [await open(), await open(), await open()];
    let attempts = 0;
    const write: Database["write"] = (work, options) =>
      settling.write((transaction) => {
        attempts += 1;
        return work(transaction);
      }, options);
    const database = { ...settling, write };
    const { dirtyKeys, ...content } = createContent({ database, storage: createMemoryStorage() });
    const image = { kind: "image", key: "org/both:v1" } as const;
    const repository = { kind: "repository", key: "org/both" } as const;
    await touching.write((transaction) => touchKeys(transaction, [image, repository], 1));
    const found = (await dirtyKeys.take(10)).toSorted((a, b) => (a.kind > b.kind ? -1 : 1));
    assert.deepEqual(
      found.map(({ kind }) => kind),
      ["repository", "image"],
    );
    const both: Promise<void>[] = [];
    await holding.write(async (transaction) => {
      await transaction
        .selectFrom("dirty_keys")
        .select("key")
        .where("kind", "=", image.kind)
        .where("key", "=", image.key)
        .forUpdate()
        .execute();
      both.push(
        touching.write((other) => {
          attempts += 1;
          return touchKeys(other, [image, repository], 1);
        }),
      );
      while (!(await waitsForLock(settling))) await setImmediate();
      both.push(dirtyKeys.settle(found));
      while (!(await waitsForLock(settling, 2))) await setImmediate();
    });
    await Promise.all(both);
    assert.equal(attempts, 2);
    await dirtyKeys.settle(await dirtyKeys.take(10));
    await content.close();
    await Promise.all([holding, settling, touching].map((each) => each.close()));
  });

  test("hubs that count pulls of the same repositories wait for each other, and never both", async () => {
    const [holding, one, two] = [await open(), await open(), await open()];
    let attempts = 0;
    const contents = [one, two].map((database) => {
      const write: Database["write"] = (work, options) =>
        database.write((transaction) => {
          attempts += 1;
          return work(transaction);
        }, options);
      return createContent({ database: { ...database, write }, storage: createMemoryStorage() });
    });
    const [first, second] = contents;
    assert.ok(first && second);
    const names = ["org/pulled-a", "org/pulled-b"].map(parseRepositoryName);
    const { manifest } = await buildImage({});
    const pushed = { tags: [V1], bytes: manifest, pushedBy: "alice" };
    const sparse = createContent({
      database: holding,
      storage: createMemoryStorage(),
      sparseManifests: "all",
    });
    const digests = [];
    for (const name of names) {
      await sparse.repositories.ensure(name, { newOrganizationOwner: "alice" });
      digests.push((await sparse.manifests.put(name, pushed)).digest);
    }
    const [digest] = digests;
    assert.ok(digest);
    for (const name of names) first.pulls.count(name, digest);
    for (const name of names.toReversed()) second.pulls.count(name, digest);
    const both: Promise<void>[] = [];
    await holding.write(async (transaction) => {
      await transaction
        .updateTable("repositories")
        .set({ pulls: 1 })
        .where("name", "=", "org/pulled-a")
        .execute();
      both.push(first.pulls.flush());
      while (!(await waitsForLock(one))) await setImmediate();
      both.push(second.pulls.flush());
      while (!(await waitsForLock(one, 2))) await setImmediate();
    });
    await Promise.all(both);
    assert.equal(attempts, 2);
    await first.dirtyKeys.settle(await first.dirtyKeys.take(100));
    await Promise.all([...contents, sparse].map((each) => each.close()));
    await Promise.all([holding, one, two].map((each) => each.close()));
  });

  test("a tag that is pushed while the last other one is deleted is the newest", async () => {
    const [pushing, deleting] = [await open(), await open()];
    const content = createContent({
      database: deleting,
      storage: createMemoryStorage(),
      sparseManifests: "all",
    });
    const repository = parseRepositoryName("org/app");
    const [old, pushed] = [parseTag("old"), parseTag("pushed")];
    const id = await content.repositories.ensure(repository, { newOrganizationOwner: "alice" });
    const { manifest } = await buildImage({});
    const { digest } = await content.manifests.put(repository, {
      tags: [old],
      bytes: manifest,
      pushedBy: "alice",
    });
    const [inserted, deletionWaits] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const committed = pushing.write(async (transaction) => {
      const row = { repository_id: id, name: pushed, digest, pushed_at: 1, pushed_by: "alice", artifact: 0 };
      await transaction.insertInto("tags").values(row).execute();
      await setNewestTag(transaction, id, pushed);
      inserted.resolve();
      await deletionWaits.promise;
    });
    await inserted.promise;
    const deleted = content.tags.delete(repository, old, { deletedBy: "alice" });
    while (!(await waitsForLock(deleting))) await setImmediate();
    deletionWaits.resolve();
    await Promise.all([committed, deleted]);
    assert.equal((await content.repositories.find(repository))?.newestTag, pushed);
    await content.close();
    await pushing.close();
    await deleting.close();
  });

  test("the image of an index is shown anew when what it names was pushed at the same time", async () => {
    const [slow, database] = [await open(), await open()];
    const storage = createMemoryStorage();
    const [isMade, mayCommit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const write: Database["write"] = (work, options) =>
      slow.write(async (transaction) => {
        const made = await work(transaction);
        isMade.resolve();
        await mayCommit.promise;
        return made;
      }, options);
    const other = createContent({ database: { ...slow, write }, storage });
    const content = createContent({ database, storage });
    const { dirtyKeys } = content;
    const repository = parseRepositoryName("org/sparse");
    await content.repositories.ensure(repository, { newOrganizationOwner: "alice" });
    const child = await buildImage({});
    await pushBlobs(content, repository, child);
    const pushed = putManifest(other, repository, { image: child, tags: [] });
    await isMade.promise;
    await putManifest(content, repository, { image: buildIndex([{ image: child }]), tags: [V1] });
    await dirtyKeys.settle(await dirtyKeys.take(100));
    mayCommit.resolve();
    await pushed;
    const touched = (await dirtyKeys.take(100)).map(({ key }) => key);
    assert.deepEqual(touched.toSorted(), ["org/sparse", "org/sparse:latest", "org/sparse:v1"]);
    await Promise.all([content.close(), other.close()]);
    await slow.close();
    await database.close();
  });

  test("a manifest that is deleted while an index that names it gets an immutable tag stays", async () => {
    const [holding, database] = [await open(), await open()];
    const content = createContent({ database, storage: createMemoryStorage(), sparseManifests: "all" });
    const repository = parseRepositoryName("org/indexed");
    const id = await content.repositories.ensure(repository, { newOrganizationOwner: "alice" });
    await content.repositories.setPolicy(repository, { visibility: "public", immutableTags: ["v*"] });
    const child = await buildImage({});
    const index = buildIndex([{ image: child }]);
    await content.manifests.put(repository, { tags: [], bytes: child.manifest, pushedBy: "alice" });
    const [held, bothWait] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const released = holding.write(async (transaction) => {
      await setNewestTag(transaction, id, parseTag("none"));
      held.resolve();
      await bothWait.promise;
    });
    await held.promise;
    // It has seen the manifest, and waits to note its tag as the newest.
    const pushed = content.manifests.put(repository, {
      tags: [parseTag("v1")],
      bytes: index.manifest,
      pushedBy: "alice",
    });
    while (!(await waitsForLock(database))) await setImmediate();
    const ended = new AbortController();
    const deleted = content.manifests
      .delete(repository, child.digest, { deletedBy: "bob" })
      .finally(() => ended.abort());
    const refused = refuses("DENIED", deleted);
    while (!ended.signal.aborted && !(await waitsForLock(database, 2))) await setImmediate();
    bothWait.resolve();
    await Promise.all([released, pushed, refused]);
    assert.notEqual(await content.manifests.find(repository, { digest: child.digest }), undefined);
    await content.close();
    await holding.close();
    await database.close();
  });
}

/** In this database: tests of others may run on the same server. */
async function waitsForLock({ read }: Database, times = 1): Promise<boolean> {
  const { rows } = await sql`
    select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()
  `.execute(read);
  return rows.length >= times;
}
