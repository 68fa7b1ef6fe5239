import assert from "node:assert/strict";
import { test } from "node:test";
import { addRepository, ANYBODY, openTestSearch, type RepositoryFixture } from "./search.fixture.ts";

const AMD64 = { os: "linux", architecture: "amd64", digest: "", size: 1 };
const ARM64 = { os: "linux", architecture: "arm64", variant: "v8", digest: "", size: 1 };

const REPOSITORIES: Record<string, RepositoryFixture> = {
  "acme/one": {
    spec: { keywords: ["DB", "object storage"] },
    status: { type: "application", platforms: [AMD64, ARM64] },
  },
  "acme/two": { spec: { keywords: ["db"] }, status: { type: "cluster", platforms: [AMD64] } },
  "acme-x/one": { spec: { keywords: ["dbx", "C++"] }, status: { type: "cluster", platforms: [ARM64] } },
  "other/数据": { spec: { keywords: ["数据库"] } },
};

test("filters are whole values, all of which must hold", async (t) => {
  const { store, namesFor } = await openTestSearch(t);
  for (const [name, fixture] of Object.entries(REPOSITORIES)) await addRepository(store, name, fixture);
  const cases: [object, string[]][] = [
    [{ keyword: "db" }, ["acme/one", "acme/two"]],
    [{ keyword: "Db" }, ["acme/one", "acme/two"]],
    [{ keyword: "object storage" }, ["acme/one"]],
    [{ keyword: "object" }, []],
    [{ keyword: "c++" }, ["acme-x/one"]],
    [{ keyword: "c" }, []],
    [{ keyword: "数据库" }, ["other/数据"]],
    [{ organization: "acme" }, ["acme/one", "acme/two"]],
    [{ type: "cluster" }, ["acme-x/one", "acme/two"]],
    [{ platform: "linux/arm64" }, ["acme-x/one", "acme/one"]],
    [{ platform: "linux/arm64/v8" }, ["acme-x/one", "acme/one"]],
    [{ platform: "linux" }, []],
    [{ keyword: "db", type: "cluster", platform: "linux/amd64" }, ["acme/two"]],
    [{ q: "one", organization: "acme" }, ["acme/one"]],
    [{ q: "absent", organization: "acme" }, []],
    [{ keyword: 'x" OR "a', organization: "" }, []],
  ];
  for (const [query, names] of cases) {
    assert.deepEqual(await namesFor({ sort: "name", ...query }), names, JSON.stringify(query));
    assert.deepEqual((await namesFor(query)).toSorted(), names, JSON.stringify(query));
  }
});

test("facets count everything readable without a question, and the hits with one", async (t) => {
  const { search, store } = await openTestSearch(t);
  for (const [name, fixture] of Object.entries(REPOSITORIES)) await addRepository(store, name, fixture);
  await search.caughtUp();
  assert.deepEqual(search.search({}, ANYBODY).facets, {
    keyword: [
      { value: "db", count: 2 },
      { value: "c++", count: 1 },
      { value: "dbx", count: 1 },
      { value: "object storage", count: 1 },
      { value: "数据库", count: 1 },
    ],
    organization: [
      { value: "acme", count: 2 },
      { value: "acme-x", count: 1 },
      { value: "other", count: 1 },
    ],
    type: [
      { value: "cluster", count: 2 },
      { value: "application", count: 1 },
    ],
    platform: [
      { value: "linux/amd64", count: 2 },
      { value: "linux/arm64", count: 2 },
    ],
  });
  assert.deepEqual(search.search({ q: "two" }, ANYBODY).facets, {
    keyword: [{ value: "db", count: 1 }],
    organization: [{ value: "acme", count: 1 }],
    type: [{ value: "cluster", count: 1 }],
    platform: [{ value: "linux/amd64", count: 1 }],
  });
});

test("no more than 20 values of a facet are given, the most frequent ones", async (t) => {
  const { search, store } = await openTestSearch(t);
  const keywords = Array.from({ length: 20 }, (_, index) => `k${index}`);
  await addRepository(store, "acme/one", { spec: { keywords } });
  await addRepository(store, "acme/two", { spec: { keywords: ["zz", "k7"] } });
  await addRepository(store, "acme/six", { spec: { keywords: ["zz"] } });
  await search.caughtUp();
  for (const query of [{}, { organization: "acme" }]) {
    const { keyword } = search.search(query, ANYBODY).facets;
    assert.equal(keyword.length, 20);
    assert.deepEqual(keyword.slice(0, 2), [
      { value: "k7", count: 2 },
      { value: "zz", count: 2 },
    ]);
  }
});
