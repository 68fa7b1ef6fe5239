import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { sql } from "kysely";
import { openSqlite } from "../../database/sqlite.ts";
import { newResource, type Image } from "../../resources/kinds.ts";
import { openDatabaseResourceStore } from "../database.ts";
import { ExpiredError } from "../errors.ts";
import { pruneTexts } from "./texts.ts";

const folder = await mkdtemp(join(tmpdir(), "imagehub-texts-"));
const database = await openSqlite(join(folder, "hub.db"), { syncFile: () => Promise.resolve() });
let now = 1000;
const store = openDatabaseResourceStore({ database, now: () => now });
after(async () => {
  await store.close();
  await database.close();
  await rm(folder, { recursive: true });
});

const DOCS = "# Words of some length\n".repeat(100);

test("docs that many have are stored once, and go some time after the last lets go of them", async () => {
  for (const tag of ["v1", "v2"]) await store.create(image(tag, DOCS));
  assert.deepEqual(await counts(), [1, 0]);
  now = 2000;
  await store.update(image("v1", undefined));
  await pruneTexts(database, 3000);
  assert.deepEqual(await counts(), [1, 0]);
  now = 4000;
  await store.delete("Image", "a.b.v2");
  await pruneTexts(database, 4000);
  assert.deepEqual(await counts(), [1, 0]);
  await pruneTexts(database, 4001);
  assert.deepEqual(await counts(), [0, 0]);
});

test("a change whose docs are gone has expired", async () => {
  const { resourceVersion } = await store.list("Image");
  await store.create(image("v3", `${DOCS}!`));
  await store.delete("Image", "a.b.v3");
  await pruneTexts(database, Number.MAX_SAFE_INTEGER);
  const other = openDatabaseResourceStore({ database });
  const { signal } = new AbortController();
  const told = other.watch("Image", { resourceVersion, signal }, ({ type }) => assert.fail(type));
  await assert.rejects(told, ExpiredError);
  await other.close();
});

test("docs that lie in their document, as they did before, are read, and leave it with the next change", async () => {
  const resource = await store.create(image("old", undefined));
  const old = { ...resource, spec: { ...resource.spec, detail: { docs: DOCS } } };
  await database.write((transaction) =>
    transaction
      .updateTable("resources")
      .set({ document: JSON.stringify(old) })
      .where("name", "=", resource.metadata.name)
      .execute(),
  );
  assert.equal((await store.get("Image", "a.b.old")).spec.detail?.docs, DOCS);
  const updated = await store.updateStatus({ ...old, status: { size: 1 } });
  assert.equal(updated.spec.detail?.docs, DOCS);
  assert.deepEqual(await counts(), [1, 0]);
});

/** Texts, and resources that hold theirs. */
async function counts(): Promise<[texts: number, documents: number]> {
  const { rows } = await sql<{ texts: number; documents: number }>`
    SELECT (SELECT count(*) FROM resource_texts) AS texts,
      (SELECT count(*) FROM resources WHERE document LIKE '%some length%') AS documents`.execute(
    database.read,
  );
  const [row] = rows;
  return [Number(row?.texts), Number(row?.documents)];
}

function image(tag: string, docs: string | undefined): Image {
  const spec = { name: `a/b:${tag}`, detail: { ...(docs !== undefined && { docs }) } };
  return newResource("Image", `a.b.${tag}`, { spec });
}
