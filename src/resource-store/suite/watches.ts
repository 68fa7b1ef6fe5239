import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ExpiredError } from "../errors.ts";
import type { StoreUnderTest } from "../resource-store-suite.ts";
import { repository, watchRepositories } from "./resources.ts";

/** More than any store keeps in memory for one watcher. */
const MORE_THAN_A_BUFFER = 600;

export function testWatches(opened: () => StoreUnderTest): void {
  describe("watches", () => {
    testEvents(opened);
    testSelectedEvents(opened);
    testEnds(opened);
    testHistory(opened);
  });
}

function testEvents(opened: () => StoreUnderTest): void {
  test("a watch tells each change after its version, in order, of its kind alone", async () => {
    const { store } = opened();
    const { resourceVersion } = await store.list("Repository");
    const created = await store.create(repository("w.one"));
    const watch = await watchRepositories(store, { resourceVersion });
    assert.deepEqual(await watch.next(), { type: "ADDED", object: created });
    await store.create({ ...repository("w.one"), kind: "Organization", spec: {} });
    const updated = await store.update({ ...created, spec: { ...created.spec, description: "new" } });
    assert.deepEqual(await watch.next(), { type: "MODIFIED", object: updated });
    const deleted = await store.delete("Repository", "w.one");
    assert.deepEqual(await watch.next(), { type: "DELETED", object: deleted });
    await watch.stop();
  });

  test("a watch goes on from the version of any event", async () => {
    const { store } = opened();
    const watch = await watchRepositories(store);
    for (const name of ["w.a", "w.b", "w.c"]) await store.create(repository(name));
    await watch.next();
    const second = await watch.next();
    await watch.stop();
    const { resourceVersion = "" } = second?.object.metadata ?? {};
    const later = await watchRepositories(store, { resourceVersion });
    assert.deepEqual(await later.take(1), ["ADDED w.c"]);
    await later.stop();
  });

  test("versions of concurrent writes reach a watch in order and without a gap", async () => {
    const { store } = opened();
    const watch = await watchRepositories(store);
    const names = Array.from({ length: 50 }, (_, index) => `w.concurrent-${index}`);
    const created = await Promise.all(names.map((name) => store.create(repository(name))));
    const versions = created
      .map(({ metadata }) => Number(metadata.resourceVersion))
      .toSorted((a, b) => a - b);
    const seen: number[] = [];
    while (seen.length < versions.length) {
      seen.push(Number((await watch.next())?.object.metadata.resourceVersion));
    }
    assert.deepEqual(seen, versions);
    await watch.stop();
  });

  test("a watch that reads slowly misses nothing", async () => {
    const { store } = opened();
    const watch = await watchRepositories(store);
    const counter = await store.create(repository("w.slow"));
    assert.deepEqual(await watch.take(1), ["ADDED w.slow"]);
    let resource = counter;
    for (let count = 1; count <= MORE_THAN_A_BUFFER; count++) {
      resource = await store.updateStatus({ ...resource, status: { tagCount: count } });
    }
    const seen: (number | undefined)[] = [];
    while (seen.length < MORE_THAN_A_BUFFER) seen.push((await watch.next())?.object.status?.tagCount);
    assert.deepEqual(
      seen,
      Array.from({ length: MORE_THAN_A_BUFFER }, (_, index) => index + 1),
    );
    await watch.stop();
  });
}

function testSelectedEvents(opened: () => StoreUnderTest): void {
  test("what a selector begins to match is added, what it no longer matches is deleted", async () => {
    const { store } = opened();
    const watch = await watchRepositories(store, {
      labelSelector: [{ key: "team", operator: "In", values: ["db"] }],
    });
    const created = await store.create(repository("w.moving", { labels: { team: "web" } }));
    const joined = await store.update({
      ...created,
      metadata: { ...created.metadata, labels: { team: "db" } },
    });
    const changed = await store.updateStatus({ ...joined, status: { tagCount: 1 } });
    const left = await store.update({ ...changed, metadata: { ...changed.metadata, labels: {} } });
    await store.delete("Repository", "w.moving");
    await store.create(repository("w.last", { labels: { team: "db" } }));

    assert.deepEqual(await watch.next(), { type: "ADDED", object: joined });
    assert.deepEqual(await watch.next(), { type: "MODIFIED", object: changed });
    const { resourceVersion } = left.metadata;
    assert.deepEqual(await watch.next(), {
      type: "DELETED",
      object: { ...changed, metadata: { ...changed.metadata, resourceVersion } },
    });
    assert.deepEqual(await watch.take(1), ["ADDED w.last"]);
    await watch.stop();
  });

  test("a watch selects by fields", async () => {
    const { store } = opened();
    const watch = await watchRepositories(store, {
      fieldSelector: [{ path: "metadata.name", operator: "=", value: "w.wanted" }],
    });
    await store.create(repository("w.unwanted"));
    await store.create(repository("w.wanted"));
    assert.deepEqual(await watch.take(1), ["ADDED w.wanted"]);
    await store.delete("Repository", "w.wanted");
    assert.deepEqual(await watch.take(1), ["DELETED w.wanted"]);
    await watch.stop();
  });
}

function testEnds(opened: () => StoreUnderTest): void {
  test("a watch ends when its signal aborts, also while it waits", async () => {
    const watch = await watchRepositories(opened().store);
    const waiting = watch.next();
    await watch.stop();
    assert.equal(await waiting, undefined);
  });

  test("a watch whose signal has aborted before tells nothing", async () => {
    const { store } = opened();
    const { resourceVersion } = await store.list("Repository");
    await store.create(repository("w.aborted"));
    await store.watch("Repository", { resourceVersion, signal: AbortSignal.abort() }, ({ object }) =>
      assert.fail(object.metadata.name),
    );
  });
}

function testHistory(opened: () => StoreUnderTest): void {
  test("a watch from a version whose changes are gone is refused", async () => {
    const { store, forgetHistory } = opened();
    const { resourceVersion } = await store.list("Repository");
    await store.create(repository("w.forgotten"));
    await forgetHistory();
    const watch = await watchRepositories(store, { resourceVersion });
    await assert.rejects(watch.next(), ExpiredError);
  });

  test("a watch of a kind without changes since goes on, though others' are gone", async () => {
    const { store, forgetHistory } = opened();
    const { resourceVersion } = await store.list("Repository");
    await store.create({ ...repository("w.other-kind"), kind: "Organization", spec: {} });
    await forgetHistory();
    const watch = await watchRepositories(store, { resourceVersion });
    await store.create(repository("w.same-kind"));
    assert.deepEqual(await watch.take(1), ["ADDED w.same-kind"]);
    await watch.stop();
  });

  test("a watch that has not read for as long as history is kept is refused", async () => {
    const { store, forgetHistory } = opened();
    const watch = await watchRepositories(store);
    await store.create(repository("w.stuck"));
    assert.deepEqual(await watch.take(1), ["ADDED w.stuck"]);
    let resource = await store.get("Repository", "w.stuck");
    for (let count = 1; count <= MORE_THAN_A_BUFFER; count++) {
      resource = await store.updateStatus({ ...resource, status: { tagCount: count } });
    }
    await forgetHistory();
    await assert.rejects(async () => {
      while (await watch.next());
    }, ExpiredError);
  });

  test("a version that no list gave is refused", async () => {
    for (const resourceVersion of ["nonsense", "-1", "999999999999"]) {
      const watch = await watchRepositories(opened().store, { resourceVersion });
      await assert.rejects(watch.next(), ExpiredError);
    }
  });
}
