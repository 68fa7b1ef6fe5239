import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AlreadyExistsError, ConflictError, NotFoundError } from "../errors.ts";
import type { StoreUnderTest } from "../resource-store-suite.ts";
import { repository, watchRepositories } from "./resources.ts";

export function testWrites(opened: () => StoreUnderTest): void {
  describe("writes", () => {
    testCreate(opened);
    testUpdate(opened);
    testUpdateStatus(opened);
    testDelete(opened);
  });
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

function testCreate(opened: () => StoreUnderTest): void {
  test("create() gives identity, and get() what create() gave", async () => {
    const { store } = opened();
    const created = await store.create(
      repository("made.once", { labels: { team: "db" }, keywords: ["sql"] }),
    );
    const { uid, resourceVersion, creationTimestamp, ...metadata } = created.metadata;
    assert.deepEqual(metadata, {
      name: "made.once",
      namespace: "sealos-imagehub",
      labels: { team: "db" },
      generation: 1,
    });
    assert.match(uid ?? "", /^[0-9a-f-]{36}$/);
    assert.match(resourceVersion ?? "", /^\d+$/);
    assert.match(creationTimestamp ?? "", TIME);
    assert.deepEqual(created.spec, { name: "made/once", keywords: ["sql"] });
    assert.deepEqual(await store.get("Repository", "made.once"), created);
  });

  test("create() takes no identity from its caller", async () => {
    const { store } = opened();
    const { metadata } = await store.create({
      ...repository("own.identity"),
      metadata: { name: "own.identity", uid: "mine", generation: 7, creationTimestamp: "then" },
    });
    assert.notEqual(metadata.uid, "mine");
    assert.equal(metadata.generation, 1);
    assert.match(metadata.creationTimestamp ?? "", TIME);
  });

  test("create() refuses a name that is taken, of that kind alone", async () => {
    const { store } = opened();
    await store.create(repository("taken.name"));
    await assert.rejects(store.create(repository("taken.name")), AlreadyExistsError);
    await store.create({ ...repository("taken.name"), kind: "Organization", spec: { displayName: "x" } });
    await store.delete("Organization", "taken.name");
  });

  test("of two that create one name at once, one wins", async () => {
    const { store } = opened();
    const attempts = await Promise.allSettled(
      ["a", "b"].map((description) => store.create(repository("created.twice", { description }))),
    );
    const winner = attempts.find((attempt) => attempt.status === "fulfilled");
    const loser = attempts.find((attempt) => attempt.status === "rejected");
    assert.ok(loser?.reason instanceof AlreadyExistsError);
    assert.deepEqual(await store.get("Repository", "created.twice"), winner?.value);
  });

  test("get() refuses what is not there", async () => {
    await assert.rejects(opened().store.get("Repository", "not.there"), NotFoundError);
  });

  test("what the store gives is the caller's own", async () => {
    const { store } = opened();
    const given = repository("own.copy", { keywords: ["sql"] });
    const created = await store.create(given);
    for (const resource of [given, created, await store.get("Repository", "own.copy")]) {
      resource.spec.keywords?.push("changed");
    }
    assert.deepEqual((await store.get("Repository", "own.copy")).spec.keywords, ["sql"]);
  });
}

function testUpdate(opened: () => StoreUnderTest): void {
  test("update() replaces spec and metadata, keeps status and identity, and generation grows with spec", async () => {
    const { store } = opened();
    const created = await store.create({ ...repository("to.update"), status: { tagCount: 3 } });
    const updated = await store.update({
      ...created,
      metadata: { ...created.metadata, labels: { a: "b" }, creationTimestamp: "then", generation: 9 },
      spec: { ...created.spec, description: "new" },
      status: { tagCount: 4 },
    });
    assert.deepEqual(updated, {
      ...created,
      metadata: {
        ...created.metadata,
        labels: { a: "b" },
        generation: 2,
        resourceVersion: updated.metadata.resourceVersion ?? "",
      },
      spec: { name: "to/update", description: "new" },
      status: { tagCount: 3 },
    });
    assert.ok(Number(updated.metadata.resourceVersion) > Number(created.metadata.resourceVersion));
    const relabelled = await store.update({
      ...updated,
      metadata: { ...updated.metadata, labels: { a: "c" } },
    });
    assert.equal(relabelled.metadata.generation, 2);
  });

  test("update() that changes nothing writes nothing and tells nobody", async () => {
    const { store } = opened();
    const created = await store.create(repository("same.again", { labels: { a: "b", c: "d" } }));
    const watch = await watchRepositories(store);
    const same = await store.update({
      ...created,
      metadata: { ...created.metadata, labels: { c: "d", a: "b" }, annotations: {} },
    });
    assert.deepEqual(same, created);
    await store.create(repository("after.same"));
    assert.deepEqual(await watch.take(1), ["ADDED after.same"]);
    await watch.stop();
  });

  test("of concurrent updates that say the same, one is written", async () => {
    const { store } = opened();
    const { metadata, ...rest } = await store.create(repository("said.twice"));
    const { resourceVersion: _, ...anyVersion } = metadata;
    const spec = { ...rest.spec, description: "same" };
    const [one, other] = await Promise.all(
      [1, 2].map(() => store.update({ ...rest, metadata: anyVersion, spec })),
    );
    assert.deepEqual(one, other);
  });

  test("update() refuses another resourceVersion than the current, and takes none as any", async () => {
    const { store } = opened();
    const created = await store.create(repository("changed.meanwhile"));
    await store.update({ ...created, spec: { ...created.spec, description: "first" } });
    await assert.rejects(
      store.update({ ...created, spec: { ...created.spec, description: "second" } }),
      ConflictError,
    );
    const { resourceVersion: _, ...metadata } = created.metadata;
    const updated = await store.update({
      ...created,
      metadata,
      spec: { ...created.spec, description: "third" },
    });
    assert.equal(updated.spec.description, "third");
  });

  test("of concurrent updates from one version, one wins", async () => {
    const { store } = opened();
    const created = await store.create(repository("raced.for"));
    const attempts = await Promise.allSettled(
      ["a", "b", "c"].map((description) =>
        store.update({ ...created, spec: { ...created.spec, description } }),
      ),
    );
    const lost = attempts.filter((attempt) => attempt.status === "rejected");
    assert.deepEqual(
      lost.map((attempt) => attempt.reason instanceof ConflictError),
      [true, true],
    );
  });

  test("update() refuses the uid of one that was deleted and made anew", async () => {
    const { store } = opened();
    const { metadata, ...rest } = await store.create(repository("made.anew"));
    await store.delete("Repository", "made.anew");
    await store.create(repository("made.anew"));
    const { resourceVersion: _, ...withoutVersion } = metadata;
    await assert.rejects(store.update({ ...rest, metadata: withoutVersion }), ConflictError);
  });

  test("update() refuses what is not there", async () => {
    await assert.rejects(opened().store.update(repository("not.there")), NotFoundError);
  });
}

function testUpdateStatus(opened: () => StoreUnderTest): void {
  test("updateStatus() replaces status alone", async () => {
    const { store } = opened();
    const created = await store.create(repository("with.status", { description: "kept" }));
    const updated = await store.updateStatus({
      ...created,
      metadata: { ...created.metadata, labels: { ignored: "yes" } },
      spec: { ...created.spec, description: "ignored" },
      status: { tagCount: 1 },
    });
    const { resourceVersion = "" } = updated.metadata;
    assert.deepEqual(updated, {
      ...created,
      metadata: { ...created.metadata, resourceVersion },
      status: { tagCount: 1 },
    });
    assert.notEqual(resourceVersion, created.metadata.resourceVersion);
  });

  test("updateStatus() that changes nothing writes nothing, and refuses an old resourceVersion", async () => {
    const { store } = opened();
    const created = await store.create({ ...repository("status.again"), status: { tagCount: 1 } });
    assert.deepEqual(await store.updateStatus(created), created);
    await store.updateStatus({ ...created, status: { tagCount: 2 } });
    await assert.rejects(store.updateStatus({ ...created, status: { tagCount: 3 } }), ConflictError);
  });
}

function testDelete(opened: () => StoreUnderTest): void {
  test("delete() gives back what was there, with the deletion's version", async () => {
    const { store } = opened();
    const created = await store.create(repository("to.delete", { labels: { a: "b" } }));
    const deleted = await store.delete("Repository", "to.delete");
    const { resourceVersion } = deleted.metadata;
    assert.deepEqual(deleted, { ...created, metadata: { ...created.metadata, resourceVersion } });
    assert.ok(Number(resourceVersion) > Number(created.metadata.resourceVersion));
    await assert.rejects(store.get("Repository", "to.delete"), NotFoundError);
    await assert.rejects(store.delete("Repository", "to.delete"), NotFoundError);
  });

  test("delete() refuses when a precondition does not hold", async () => {
    const { store } = opened();
    const { metadata } = await store.create(repository("to.keep"));
    for (const preconditions of [{ uid: "another" }, { resourceVersion: "1" }]) {
      await assert.rejects(store.delete("Repository", "to.keep", preconditions), ConflictError);
    }
    const { uid = "", resourceVersion = "" } = metadata;
    await store.delete("Repository", "to.keep", { uid, resourceVersion });
  });
}
