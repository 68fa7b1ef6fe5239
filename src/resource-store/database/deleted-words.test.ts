import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import type { Database } from "../../database/database.ts";
import { onPostgresServer } from "../../database/on-postgres-server.fixture.ts";
import { openPglite } from "../../database/pglite.ts";
import { POSTGRES_SERVER } from "../../database/postgres-server.ts";
import { openSqlite } from "../../database/sqlite.ts";
import { newResource, type Image } from "../../resources/kinds.ts";
import { openDatabaseResourceStore } from "../database.ts";
import type { ResourceStore } from "../port.ts";
import { createDeletedWords, type DeletedWords } from "./deleted-words.ts";
import { pruneTexts } from "./texts.ts";

const folder = await mkdtemp(join(tmpdir(), "imagehub-words-"));
after(() => rm(folder, { recursive: true }));
const DOCS = "# Words of some length, é\n".repeat(100);
const KEEP_MS = 1000;

testDeletedWords("SQLite", () => openSqlite(join(folder, "hub.db")));
testDeletedWords("PostgreSQL (PGlite)", openPglite);
if (POSTGRES_SERVER !== undefined) testDeletedWords("PostgreSQL (server)", onPostgresServer(POSTGRES_SERVER));

function testDeletedWords(name: string, open: () => Promise<Database>): void {
  describe(`deleted words on ${name}`, async () => {
    const database = await open();
    let now = 1000;
    const options = { database, wordsOf, now: () => now };
    const words = createDeletedWords({ ...options, keepMs: KEEP_MS });
    const store = openDatabaseResourceStore({ database, mirrors: [words.mirror], now: () => now });
    after(async () => {
      await store.close();
      await database.close();
    });

    test("are found with their docs, however long others have let go of those, until they are forgotten", async () => {
      for (const tag of ["v1", "v2"]) await store.create(image(tag));
      for (const tag of ["v1", "v2"]) await store.delete("Image", `a.b.${tag}`);
      await pruneTexts(database, now + 1);
      assert.deepEqual((await words.find("Image", "a.b.v1"))?.words, wordsOf(image("v1")));
      assert.deepEqual((await words.find("Image", "a.b.v2"))?.deletedAt, new Date(now));
      assert.equal(await countTexts(database), 1, "docs of many are stored once");
      await words.forget("Image", "a.b.v1");
      await pruneTexts(database, now + 1);
      assert.deepEqual((await words.find("Image", "a.b.v2"))?.words, wordsOf(image("v2")));
      await words.forget("Image", "a.b.v2");
      assert.equal(await words.find("Image", "a.b.v2"), undefined);
      await pruneTexts(database, now + 1);
      assert.equal(await countTexts(database), 0);
    });

    test("are those of the last deletion, also when nothing was said then", async () => {
      await createAndDelete(store, image("v3"));
      await createAndDelete(store, image("v3", "other"));
      assert.equal((await words.find("Image", "a.b.v3"))?.words.spec.detail?.docs, "other");
      await createAndDelete(store, image("v3", ""));
      assert.equal(await words.find("Image", "a.b.v3"), undefined);
    });

    test("go when they were kept long enough", async () => {
      await createAndDelete(store, image("v4"));
      const many = Array.from({ length: 250 }, (_, index) => image(`many${index}`, `docs ${index}`));
      await Promise.all(many.map((one) => createAndDelete(store, one)));
      now += KEEP_MS - 1;
      await words.prune();
      assert.ok(await words.find("Image", "a.b.v4"));
      now += 1;
      await words.prune();
      for (const one of ["a.b.v4", "a.b.many0", "a.b.many249"])
        assert.equal(await words.find("Image", one), undefined);
      await pruneTexts(database, now + 1);
      assert.equal(await countTexts(database), 0);
    });

    test("are not kept where nothing can be restored, nor of a change or of a deletion that is yet to come", async () => {
      const none: DeletedWords = createDeletedWords({ ...options, keepMs: 0 });
      const other = openDatabaseResourceStore({ database, mirrors: [none.mirror] });
      await createAndDelete(other, image("v5"));
      const held = image("v6");
      await store.create({ ...held, metadata: { ...held.metadata, finalizers: ["example.com/hold"] } });
      await store.update(await store.get("Image", "a.b.v6"));
      await store.delete("Image", "a.b.v6");
      for (const tag of ["v5", "v6"]) assert.equal(await words.find("Image", `a.b.${tag}`), undefined);
      const { metadata, ...rest } = await store.get("Image", "a.b.v6");
      await store.update({ ...rest, metadata: { ...metadata, finalizers: [] } });
      assert.ok(await words.find("Image", "a.b.v6"));
      await other.close();
    });
  });
}

function wordsOf(resource: { kind: string }): Image | undefined {
  const { apiVersion, kind, metadata, spec } = resource as Image;
  return spec.detail?.docs ? { apiVersion, kind, metadata: { name: metadata.name }, spec } : undefined;
}

function image(tag: string, docs = DOCS): Image {
  return newResource("Image", `a.b.${tag}`, { spec: { name: `a/b:${tag}`, detail: { docs } } });
}

async function createAndDelete(store: ResourceStore, resource: Image): Promise<void> {
  await store.create(resource);
  await store.delete("Image", resource.metadata.name);
}

async function countTexts({ read }: Database): Promise<number> {
  return (await read.selectFrom("resource_texts").select("digest").execute()).length;
}
