import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import type { ListOptions } from "../port.ts";
import type { StoreUnderTest } from "../resource-store-suite.ts";
import { deleteRepositories, namesOf, repository } from "./resources.ts";

/** Selectors, and the names of `RESOURCES` that they select. */
const SELECTIONS: [title: string, options: ListOptions, names: string[]][] = [
  ["everything without a selector", {}, ["a.one", "a.two", "b.one", "b.two"]],
  ["Exists", { labelSelector: [{ key: "team", operator: "Exists" }] }, ["a.one", "a.two", "b.one"]],
  ["DoesNotExist", { labelSelector: [{ key: "team", operator: "DoesNotExist" }] }, ["b.two"]],
  ["In", { labelSelector: [{ key: "team", operator: "In", values: ["db", "web"] }] }, ["a.one", "a.two"]],
  ["In without values", { labelSelector: [{ key: "team", operator: "In", values: [] }] }, []],
  [
    "NotIn, with what has no such label",
    { labelSelector: [{ key: "team", operator: "NotIn", values: ["db", "web"] }] },
    ["b.one", "b.two"],
  ],
  [
    "NotIn without values",
    { labelSelector: [{ key: "team", operator: "NotIn", values: [] }] },
    ["a.one", "a.two", "b.one", "b.two"],
  ],
  [
    "all of several requirements",
    {
      labelSelector: [
        { key: "team", operator: "Exists" },
        { key: "tier", operator: "In", values: ["1"] },
      ],
    },
    ["a.one", "b.one"],
  ],
  ["a label that no resource has", { labelSelector: [{ key: "constructor", operator: "Exists" }] }, []],
  ["metadata.name", { fieldSelector: [{ path: "metadata.name", operator: "=", value: "a.two" }] }, ["a.two"]],
  [
    "not metadata.name",
    { fieldSelector: [{ path: "metadata.name", operator: "!=", value: "a.two" }] },
    ["a.one", "b.one", "b.two"],
  ],
  ["spec.name", { fieldSelector: [{ path: "spec.name", operator: "=", value: "b/one" }] }, ["b.one"]],
  [
    "a field that most have not",
    { fieldSelector: [{ path: "spec.visibility", operator: "=", value: "private" }] },
    ["b.two"],
  ],
  [
    "not a field, with what has none",
    { fieldSelector: [{ path: "spec.visibility", operator: "!=", value: "private" }] },
    ["a.one", "a.two", "b.one"],
  ],
  [
    "labels and fields",
    {
      labelSelector: [{ key: "tier", operator: "Exists" }],
      fieldSelector: [{ path: "spec.name", operator: "=", value: "a/one" }],
    },
    ["a.one"],
  ],
];

const RESOURCES = [
  repository("b.two", { visibility: "private" }),
  repository("b.one", { labels: { team: "", tier: "1" } }),
  repository("a.two", { labels: { team: "web" } }),
  repository("a.one", { labels: { team: "db", tier: "1" } }),
];

export function testLists(opened: () => StoreUnderTest): void {
  describe("lists", () => {
    before(async () => {
      const { store } = opened();
      await deleteRepositories(store);
      for (const resource of RESOURCES) await store.create(resource);
      await store.create({ ...repository("a.zero"), kind: "Organization", spec: {} });
    });

    for (const [title, options, names] of SELECTIONS) {
      test(`list() selects by ${title}, in the order of names`, async () => {
        const list = await opened().store.list("Repository", options);
        assert.deepEqual(namesOf(list.items), names);
        assert.equal(list.continue, undefined);
      });

      const { labelSelector, fieldSelector } = options;
      if (labelSelector && !fieldSelector) {
        test(`count() counts what list() selects by ${title}`, async () => {
          assert.equal(await opened().store.count("Repository", { labelSelector }), names.length);
        });
      }

      test(`a list that goes on selects as it did before, by ${title}`, async () => {
        const { store } = opened();
        const all: string[] = [];
        let page = await store.list("Repository", { ...options, limit: 1 });
        all.push(...namesOf(page.items));
        while (page.continue) {
          page = await store.list("Repository", { ...options, limit: 1, continue: page.continue });
          all.push(...namesOf(page.items));
        }
        assert.deepEqual(all, names);
      });
    }

    test("a selector follows a change of labels", async () => {
      const { store } = opened();
      const resource = await store.create(repository("c.one", { labels: { moving: "1" } }));
      const find = async (value: string) =>
        namesOf(
          (
            await store.list("Repository", {
              labelSelector: [{ key: "moving", operator: "In", values: [value] }],
            })
          ).items,
        );
      assert.deepEqual(await find("1"), ["c.one"]);
      await store.update({ ...resource, metadata: { ...resource.metadata, labels: { moving: "2" } } });
      assert.deepEqual([await find("1"), await find("2")], [[], ["c.one"]]);
      await store.delete("Repository", "c.one");
      assert.deepEqual(await find("2"), []);
    });
  });
}
