import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { Database } from "../database/database.ts";
import { digestOf, type Digest } from "../oci/digest.ts";
import type { RepositoryName } from "../oci/reference.ts";
import {
  bodyOf,
  collect,
  createGate,
  DAY_MS,
  heldStorage,
  inventory,
  NOTHING,
  openTestStore,
  pushBlob,
  type HeldStorage,
  type TestStore,
} from "./garbage.fixture.ts";

const BYTES = Buffer.from("stored, removed and stored again");
const DIGEST = digestOf(BYTES);
const MINUTE_MS = 60 * 1000;

/** What happens to those who store or mount a blob while it is removed. */
export function testBlobRemoval(database: () => Database): void {
  test("an upload that meets a blob being removed waits, and then stores its own bytes", async () => {
    const { store, storage, repository } = await storeWithOldBlob(database());
    const gate = createGate();
    storage.hold.delete = gate.hold;
    const order: string[] = [];
    storage.hold.finish = async () => void order.push("store");
    const collecting = collect(store.content);
    await gate.reached;
    const pushing = pushBlob(store.content, repository, BYTES);
    await someTurns();
    order.push("remove");
    gate.open();
    await Promise.all([collecting, pushing]);
    assert.deepEqual(order, ["remove", "store"]);
    await assertIntact(store, repository);
  });

  test("a blob that is being removed cannot be mounted, and is not there for HEAD", async () => {
    const { store, storage, repository } = await storeWithOldBlob(database());
    const other = await store.newRepository();
    const gate = createGate();
    storage.hold.delete = gate.hold;
    const collecting = collect(store.content);
    await gate.reached;
    assert.equal(await store.content.blobs.mount(other, DIGEST, repository), false);
    assert.equal(await store.content.blobs.mount(other, DIGEST, { all: true }), false);
    assert.equal(await store.content.blobs.stat(repository, DIGEST, { forPush: true }), undefined);
    gate.open();
    await collecting;
    await store.close();
  });

  test("an upload that is about to store a blob keeps collections from its bytes", async () => {
    const { store, storage, repository } = await storeWithOldBlob(database());
    const gate = createGate();
    storage.hold.finish = gate.hold;
    const pushing = pushBlob(store.content, repository, BYTES);
    await gate.reached;
    assert.equal((await collect(store.content)).blobs, 0);
    gate.open();
    await pushing;
    await assertIntact(store, repository);
  });

  test("a blob that an upload counts on, since the collection looked, stays", async () => {
    const { store, storage, repository, beforeWrite } = await storeWithOldBlob(database());
    await store.content.blobs.delete(repository, DIGEST);
    const gate = createGate();
    storage.hold.finish = gate.hold;
    let pushing: Promise<unknown> | undefined;
    beforeWrite(() => {
      pushing = pushBlob(store.content, repository, BYTES);
      return gate.reached;
    });
    assert.deepEqual(await collect(store.content), NOTHING);
    gate.open();
    await pushing;
    await assertIntact(store, repository);
  });

  test("a blob whose removal begins while it is mounted is not mounted", async () => {
    const { store, storage, repository, beforeWrite } = await storeWithOldBlob(database());
    const other = await store.newRepository();
    const gate = createGate();
    storage.hold.delete = gate.hold;
    let collecting: Promise<unknown> | undefined;
    beforeWrite(() => {
      collecting = collect(store.content);
      return gate.reached;
    });
    assert.equal(await store.content.blobs.mount(other, DIGEST, repository), false);
    gate.open();
    await collecting;
    assert.deepEqual((await inventory(store)).blobs, []);
    await store.close();
  });

  test("of two collections at once only one removes a blob, so that none takes what is stored after the other", async () => {
    const { store, storage, repository } = await storeWithOldBlob(database());
    const gate = createGate();
    storage.hold.delete = (digest) => {
      delete storage.hold.delete;
      return gate.hold(digest);
    };
    const first = collect(store.content);
    await gate.reached;
    await collect(store.content);
    const pushing = pushBlob(store.content, repository, BYTES);
    await someTurns();
    gate.open();
    await Promise.all([first, pushing]);
    await assertIntact(store, repository);
  });

  test("bytes without a row that an upload counts on, since the collection looked, stay", async () => {
    const { store, repository, beforeWrite } = await openRaceStore(database());
    await store.storage.append("stray", bodyOf(BYTES), { offset: 0 });
    await store.storage.finish("stray", DIGEST);
    store.advance(2 * DAY_MS);
    beforeWrite(() => pushBlob(store.content, repository, BYTES));
    await assertIntact(store, repository);
  });

  test("an upload that somebody goes on with, since the collection looked, stays", async () => {
    const { store, repository, beforeWrite } = await openRaceStore(database());
    const upload = store.content.uploads.start(repository);
    await store.content.uploads.append(repository, upload, { body: bodyOf(Buffer.from("late")) });
    store.advance(2 * DAY_MS);
    beforeWrite(() => store.content.uploads.size(repository, upload));
    assert.deepEqual(await collect(store.content), NOTHING);
    assert.equal(await store.content.uploads.size(repository, upload), 4);
    await store.close();
  });

  test("an upload whose process ended between bytes and row leaves nothing after the grace", async () => {
    const { store, storage, repository } = await storeWithOldBlob(database());
    await collect(store.content);
    storage.hold.finished = () => Promise.reject(new Error("killed"));
    await assert.rejects(pushBlob(store.content, repository, BYTES), /killed/);
    assert.equal(await store.content.blobs.stat(repository, DIGEST), undefined);
    assert.deepEqual((await inventory(store)).stored, [DIGEST]);
    assert.equal((await collect(store.content)).blobs, 0);
    store.advance(2 * DAY_MS);
    assert.deepEqual(await collect(store.content), { ...NOTHING, blobs: 1, uploads: 1 });
    assert.deepEqual((await inventory(store)).stored, []);
    await store.close();
  });

  test("what a process that ended has begun to remove is removed by the next collection", async () => {
    const { store, storage } = await storeWithOldBlob(database());
    await failToRemove(store, storage);
    store.advance(DAY_MS);
    assert.equal((await collect(store.another())).blobs, 1);
    const { stored, blobs } = await inventory(store);
    assert.deepEqual([stored, blobs], [[], []]);
    await store.close();
  });

  test("what a process that ended has begun to remove can be stored again", async () => {
    const { store, storage, repository } = await storeWithOldBlob(database());
    await failToRemove(store, storage);
    // PostgreSQL may have another hub, which has the blob to itself for some minutes.
    if (database().kind === "postgres") store.advance(DAY_MS / 24);
    await pushBlob(store.another(), repository, BYTES);
    await assertIntact(store, repository);
  });

  test("a removal that takes long begins with no blob that another hub might have taken over by its end", async () => {
    const { store, storage, repository } = await storeWithOldBlob(database());
    await pushBlob(store.content, repository, Buffer.from("another"));
    store.advance(2 * DAY_MS);
    storage.hold.delete = async () => store.advance(9 * MINUTE_MS);
    assert.deepEqual(await collect(store.content), { ...NOTHING, links: 2, blobs: 1 });
    assert.equal((await inventory(store)).stored.length, 1);
    storage.hold.delete = () => Promise.resolve();
    store.advance(2 * MINUTE_MS);
    assert.equal((await collect(store.another())).blobs, 1);
    assert.deepEqual((await inventory(store)).stored, []);
    await store.close();
  });

  test("an upload that another process got a part of goes on from there", async () => {
    const { store, repository } = await storeWithOldBlob(database());
    // SQLite's lock lets one process in.
    const other = database().kind === "sqlite" ? store.content : store.another();
    const upload = store.content.uploads.start(repository);
    await other.uploads.append(repository, upload, { body: bodyOf(Buffer.from("first ")) });
    assert.equal(
      await store.content.uploads.append(repository, upload, { body: bodyOf(Buffer.from("last")) }),
      10,
    );
    await store.content.uploads.finish(repository, upload, digestOf(Buffer.from("first last")));
    await store.close();
  });

  test("an upload whose bytes go while it is finished is unknown", async () => {
    const { store, storage, repository } = await storeWithOldBlob(database());
    const upload = store.content.uploads.start(repository);
    await store.content.uploads.append(repository, upload, { body: bodyOf(Buffer.from("late")) });
    storage.hold.finish = () => storage.cancel(upload);
    await assert.rejects(store.content.uploads.finish(repository, upload, digestOf(Buffer.from("late"))), {
      code: "BLOB_UPLOAD_UNKNOWN",
    });
    await store.close();
  });

  test("a blob that cannot be removed is counted, and holds up no other", async () => {
    const { store, storage, repository } = await storeWithOldBlob(database());
    await pushBlob(store.content, repository, Buffer.from("another"));
    store.advance(2 * DAY_MS);
    storage.hold.delete = failing(DIGEST);
    const errors: unknown[] = [];
    const report = await store.content.garbage.collect({ onError: (error) => errors.push(error) });
    assert.deepEqual([report.failures, report.collected.blobs.count, errors.length], [1, 1, 1]);
    await store.close();
  });
}

interface RaceStore {
  store: TestStore;
  storage: HeldStorage;
  repository: RepositoryName;
  /** Does something right before the next write begins, once. */
  beforeWrite(work: () => Promise<unknown>): void;
}

/** A store with one blob that no manifest needs and whose grace is over. */
async function storeWithOldBlob(database: Database): Promise<RaceStore> {
  const races = await openRaceStore(database);
  await pushBlob(races.store.content, races.repository, BYTES);
  races.store.advance(2 * DAY_MS);
  return races;
}

async function openRaceStore(database: Database): Promise<RaceStore> {
  let next: (() => Promise<unknown>) | undefined;
  const pausing: Database = {
    ...database,
    async write(work, options) {
      const before = next;
      next = undefined;
      await before?.();
      return database.write(work, options);
    },
  };
  let storage: HeldStorage | undefined;
  const store = await openTestStore(pausing, { wrap: (inner) => (storage = heldStorage(inner)) });
  assert.ok(storage);
  return {
    store,
    storage,
    repository: await store.newRepository(),
    beforeWrite(work) {
      next = work;
    },
  };
}

/** Long enough for what waits for nothing but the database to come to its next wait. */
async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) await setImmediate();
}

async function failToRemove(store: TestStore, storage: HeldStorage): Promise<void> {
  storage.hold.delete = failing(DIGEST);
  assert.equal((await store.content.garbage.collect()).failures, 1);
  delete storage.hold.delete;
}

function failing(wanted: Digest): (digest: Digest) => Promise<void> {
  return (digest) => (digest === wanted ? Promise.reject(new Error("not now")) : Promise.resolve());
}

/** The blob is there, for its repository, byte for byte; nothing takes it. */
async function assertIntact(store: TestStore, repository: RepositoryName): Promise<void> {
  assert.equal((await collect(store.content)).blobs, 0);
  assert.equal(await store.content.blobs.stat(repository, DIGEST), BYTES.length);
  const read = await (await store.content.blobs.read(DIGEST)).toArray();
  assert.deepEqual(Buffer.concat(read), BYTES);
  await store.close();
}
