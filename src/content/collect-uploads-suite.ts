import assert from "node:assert/strict";
import { test } from "node:test";
import type { Database } from "../database/database.ts";
import { digestOf } from "../oci/digest.ts";
import {
  bodyOf,
  collect,
  HOUR_MS,
  inventory,
  NOTHING,
  openTestStore,
  type TestStore,
} from "./garbage.fixture.ts";
import { newUploadId } from "./upload-ids.ts";

/** When a collection ends an upload, and when it leaves it. */
export function testCollectUploads(database: () => Database): void {
  test("an upload that nobody goes on with for a day is ended; one that somebody asked about is not", async () => {
    const store = await openTestStore(database());
    const { uploads } = store.content;
    const repository = await store.newRepository();
    const [idle, asked] = [uploads.start(repository), uploads.start(repository)];
    for (const id of [idle, asked])
      await uploads.append(repository, id, { body: bodyOf(Buffer.from("abc")) });
    store.advance(23 * HOUR_MS);
    await uploads.size(repository, asked);
    assert.deepEqual(await collect(store.content), NOTHING);
    store.advance(2 * HOUR_MS);
    assert.deepEqual(await collect(store.content), { ...NOTHING, uploads: 1 });
    await assert.rejects(uploads.size(repository, idle), { code: "BLOB_UPLOAD_UNKNOWN" });
    assert.equal(await uploads.size(repository, asked), 3);
    assert.deepEqual((await inventory(store)).storedUploads, [asked]);
    await store.close();
  });

  test("an upload whose body comes slowly for days is not ended", async () => {
    const store = await openTestStore(database());
    const { uploads } = store.content;
    const repository = await store.newRepository();
    const upload = uploads.start(repository);
    assert.equal(await uploads.append(repository, upload, { body: slowBody(store) }), 4);
    await uploads.finish(repository, upload, digestOf(Buffer.from("xxxx")));
    await store.close();
  });

  for (const isCut of [false, true]) {
    const words = isCut ? "is cut off then goes on" : "is whole then ends, and leaves no row";
    test(`an upload of one body that comes slowly for days and ${words}`, async () => {
      const store = await openTestStore(database());
      const { uploads } = store.content;
      const repository = await store.newRepository();
      const upload = uploads.start(repository);
      const digest = digestOf(Buffer.from(isCut ? "xxxxyy" : "xxxx"));
      const finishing = uploads.finish(repository, upload, digest, {
        body: slowBody(store, isCut ? new Error("cut off") : undefined),
      });
      if (isCut) {
        await assert.rejects(finishing, /cut off/);
        const rest = { body: bodyOf(Buffer.from("yy")), offset: await uploads.size(repository, upload) };
        await uploads.finish(repository, upload, digest, rest);
      }
      await finishing.catch(() => undefined);
      assert.notEqual(await store.content.blobs.stat(repository, digest), undefined);
      assert.deepEqual((await inventory(store)).uploads, []);
      await store.close();
    });
  }

  test("an upload without bytes can be gone on with for a day", async () => {
    const store = await openTestStore(database());
    const { uploads } = store.content;
    const repository = await store.newRepository();
    const upload = uploads.start(repository);
    const asked = uploads.start(repository);
    store.advance(23 * HOUR_MS);
    assert.equal(await uploads.size(repository, asked), 0);
    store.advance(2 * HOUR_MS);
    await assert.rejects(uploads.size(repository, upload), { code: "BLOB_UPLOAD_UNKNOWN" });
    assert.equal(await uploads.size(repository, asked), 0);
    store.advance(26 * HOUR_MS);
    assert.deepEqual(await collect(store.content), { ...NOTHING, uploads: 1 });
    await assert.rejects(uploads.size(repository, asked), { code: "BLOB_UPLOAD_UNKNOWN" });
    await store.close();
  });

  test("bytes without a row stay while the name of their upload is young, whatever the storage's clock says", async () => {
    const store = await openTestStore(database());
    const repository = await store.newRepository();
    const upload = newUploadId(repository, store.now() + 25.5 * HOUR_MS);
    await store.storage.append(upload, bodyOf(Buffer.from("abc")), { offset: 0 });
    store.advance(26 * HOUR_MS);
    assert.deepEqual(await collect(store.content), NOTHING);
    store.advance(25 * HOUR_MS);
    assert.deepEqual(await collect(store.content), { ...NOTHING, uploads: 1 });
    await store.close();
  });

  test("a name that is of a time to come keeps no bytes", async () => {
    const store = await openTestStore(database());
    const repository = await store.newRepository();
    const upload = newUploadId(repository, store.now() + 1000 * HOUR_MS);
    await assert.rejects(store.content.uploads.size(repository, upload), { code: "BLOB_UPLOAD_UNKNOWN" });
    await store.storage.append(upload, bodyOf(Buffer.from("abc")), { offset: 0 });
    store.advance(26 * HOUR_MS);
    assert.deepEqual(await collect(store.content), { ...NOTHING, uploads: 1 });
    await store.close();
  });

  test("bytes of an upload that has no row go when they are a day old", async () => {
    const store = await openTestStore(database());
    await store.storage.append("stray", bodyOf(Buffer.from("abc")), { offset: 0 });
    store.advance(23 * HOUR_MS);
    assert.deepEqual(await collect(store.content), NOTHING);
    store.advance(2 * HOUR_MS);
    assert.deepEqual(await collect(store.content), { ...NOTHING, uploads: 1 });
    assert.deepEqual((await inventory(store)).storedUploads, []);
    await store.close();
  });
}

/** Four bytes in two days, with a collection after each that takes nothing, and an error if there is to be one. */
async function* slowBody(store: TestStore, error?: Error): AsyncGenerator<Uint8Array> {
  for (let hours = 0; hours < 48; hours += 12) {
    store.advance(12 * HOUR_MS);
    yield Buffer.from("x");
    assert.deepEqual(await collect(store.content), NOTHING);
  }
  if (error) throw error;
}
