import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { ExpiredError } from "../errors.ts";
import type { ListOptions, ResourceStore } from "../port.ts";
import type { StoreUnderTest } from "../resource-store-suite.ts";
import { deleteRepositories, namesOf, repository } from "./resources.ts";

export function testPages(opened: () => StoreUnderTest): void {
  describe("pages", () => {
    beforeEach(async () => {
      const { store } = opened();
      await deleteRepositories(store);
      for (const name of ["p.a", "p.b", "p.c", "p.d", "p.e"]) {
        await store.create(repository(name, { description: "old", labels: { state: "old" } }));
      }
    });

    testSnapshot(opened);

    test("a page has as many as asked for, and goes on where it ended", async () => {
      const { store } = opened();
      const first = await store.list("Repository", { limit: 2 });
      assert.deepEqual(namesOf(first.items), ["p.a", "p.b"]);
      const last = await store.list("Repository", { limit: 3, ...goOn(first) });
      assert.deepEqual([namesOf(last.items), last.continue], [["p.c", "p.d", "p.e"], undefined]);
    });

    test("a list that goes on after its history is gone is refused", async () => {
      const { store, forgetHistory } = opened();
      const first = await store.list("Repository", { limit: 2 });
      await store.create(repository("p.f"));
      await forgetHistory();
      await assert.rejects(store.list("Repository", goOn(first)), ExpiredError);
    });

    test("a token that no list gave is refused", async () => {
      for (const token of ["", "nonsense", Buffer.from("999999999999:p.a").toString("base64url")]) {
        await assert.rejects(opened().store.list("Repository", { continue: token }), ExpiredError);
      }
    });
  });
}

function testSnapshot(opened: () => StoreUnderTest): void {
  test("later pages show the moment of the first, whatever was changed since", async () => {
    const { store } = opened();
    const first = await store.list("Repository", { limit: 1 });
    await changeAll(store);
    const rest = await readRest(store, first, { limit: 1 });
    assert.deepEqual(
      rest.map(({ metadata, spec }) => `${metadata.name} ${spec.description}`),
      ["p.b old", "p.c old", "p.d old", "p.e old"],
    );
    assert.deepEqual(namesOf((await store.list("Repository")).items), [
      "p.a",
      "p.b",
      "p.bb",
      "p.d",
      "p.e",
      "p.f",
    ]);
  });

  test("later pages select by what was there at the moment of the first", async () => {
    const { store } = opened();
    const labelSelector = [{ key: "state", operator: "In" as const, values: ["old"] }];
    const other = await store.create(repository("p.cc", { labels: { state: "other" } }));
    const first = await store.list("Repository", { limit: 1, labelSelector });
    await changeAll(store);
    await store.update({ ...other, metadata: { ...other.metadata, labels: { state: "old" } } });
    const rest = await readRest(store, first, { limit: 2, labelSelector });
    assert.deepEqual(namesOf(rest), ["p.b", "p.c", "p.d", "p.e"]);
  });

  test("all pages have the version of the first", async () => {
    const { store } = opened();
    const first = await store.list("Repository", { limit: 1 });
    await changeAll(store);
    const second = await store.list("Repository", { limit: 1, ...goOn(first) });
    assert.equal(second.resourceVersion, first.resourceVersion);
  });
}

/** Changes p.b twice, deletes p.c, makes p.d anew, and adds p.bb and p.f. */
async function changeAll(store: ResourceStore): Promise<void> {
  for (const description of ["new", "newer"]) {
    const b = await store.get("Repository", "p.b");
    await store.update({
      ...b,
      metadata: { ...b.metadata, labels: { state: "new" } },
      spec: { ...b.spec, description },
    });
  }
  await store.delete("Repository", "p.c");
  await store.delete("Repository", "p.d");
  for (const name of ["p.bb", "p.d", "p.f"]) {
    await store.create(repository(name, { description: "new", labels: { state: "new" } }));
  }
}

async function readRest(store: ResourceStore, first: { continue?: string }, options: ListOptions) {
  const items = [];
  let page = first;
  while (page.continue) {
    const next = await store.list("Repository", { ...options, ...goOn(page) });
    items.push(...next.items);
    page = next;
  }
  return items;
}

function goOn(page: { continue?: string }): ListOptions {
  assert.ok(page.continue);
  return { continue: page.continue };
}
