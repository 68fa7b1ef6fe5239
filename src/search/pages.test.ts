import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { InvalidContinueError } from "./errors.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import type { SearchQuery } from "./query.ts";
import type { SearchSort } from "./result.ts";
import {
  addRepository,
  ADMINISTRATOR,
  ANYBODY,
  openTestSearch,
  openTestStore,
  SILENT,
  walk,
  type TestStore,
} from "./search.fixture.ts";
import { openSearch, type Search } from "./search.ts";

const SORTS: SearchSort[] = ["relevance", "newest", "pulls", "stars", "name"];
/** More than are counted, so that both ways of sorting are walked. */
const MANY = 1100;

/** Repositories with few different values, so that pages end within equal ones. */
async function addMany(store: ResourceStore, count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, index) => `org${index % 3}/app${index}`);
  await Promise.all(
    names.map((name, index) =>
      addRepository(store, name, {
        spec: {
          keywords: [index % 2 === 0 ? "even" : "odd"],
          ...(index % 10 === 0 && { visibility: "private" }),
        },
        status: {
          pulls: index % 7,
          stars: index % 4,
          updatedAt: `2026-01-0${(index % 9) + 1}T00:00:00Z`,
        },
      }),
    ),
  );
  return names;
}

let hub: TestStore;
let many: Search;
let names: string[];

before(async () => {
  hub = await openTestStore();
  names = await addMany(hub.store, MANY);
  many = await openSearch({ path: ":memory:", store: hub.store, incarnation: "first", logger: SILENT });
  await many.caughtUp();
});
after(async () => {
  await many.close();
  await hub.close();
});

test("pages lead through every hit exactly once, in every order", () => {
  const visible = names.filter((_, index) => index % 10 !== 0);
  const even = visible.filter((_, index) => names.indexOf(visible[index] ?? "") % 2 === 0);
  const questions: [SearchQuery, string[]][] = [
    [{}, visible],
    [{ q: "app" }, visible],
    [{ q: "app", keyword: "even" }, even],
    [{ organization: "org1" }, visible.filter((name) => name.startsWith("org1/"))],
  ];
  for (const sort of SORTS) {
    for (const [query, expected] of questions) {
      const walked = walk(many, { ...query, sort, limit: 97 });
      assert.deepEqual(walked.toSorted(), expected.toSorted(), `${sort} ${JSON.stringify(query)}`);
    }
    assert.equal(walk(many, { sort, limit: 100 }, ADMINISTRATOR).length, MANY, sort);
    assert.equal(walk(many, { q: "app", sort, limit: 100 }, ADMINISTRATOR).length, MANY, sort);
  }
});

test("totals are exact to 1,000, and beyond say that they are not", () => {
  assert.deepEqual(totalOf({}), [990, false]);
  assert.deepEqual(totalOf({ q: "app" }), [990, false]);
  assert.deepEqual(totalOf({}, ADMINISTRATOR), [1000, true]);
  assert.deepEqual(totalOf({ q: "app", sort: "name" }, ADMINISTRATOR), [1000, true]);
});

test("each order is by its value, then by name", async (t) => {
  const { store, namesFor } = await openTestSearch(t);
  await addRepository(store, "a/one", { status: { pulls: 5, stars: 1, updatedAt: "2026-01-02T00:00:00Z" } });
  await addRepository(store, "b/two", { status: { pulls: 5, stars: 2, updatedAt: "2026-01-03T00:00:00Z" } });
  await addRepository(store, "c/six", { status: { pulls: 6, stars: 1, updatedAt: "2026-01-01T00:00:00Z" } });
  const orders: Record<string, string[]> = {
    newest: ["b/two", "a/one", "c/six"],
    pulls: ["c/six", "a/one", "b/two"],
    stars: ["b/two", "a/one", "c/six"],
    name: ["a/one", "b/two", "c/six"],
  };
  for (const sort of SORTS.slice(1)) assert.deepEqual(await namesFor({ sort }), orders[sort], sort);
});

test("a continue value that no page gave is refused", async (t) => {
  const { search, store } = await openTestSearch(t);
  await addMany(store, 5);
  await search.caughtUp();
  const token = search.search({ q: "app", limit: 1 }, ANYBODY).continue ?? "";
  const forged = (place: unknown[]): string =>
    Buffer.from(
      JSON.stringify([...JSON.parse(Buffer.from(token, "base64url").toString()).slice(0, 2), ...place]),
    ).toString("base64url");
  const bad = ["x", "%%%", "W10", Buffer.from("null").toString("base64url"), token.slice(1), `${token}AAAA`];
  bad.push(
    forged([]),
    forged(["0", 1]),
    forged([-1, 0]),
    forged([0, 1e300]),
    forged([1.5, 2]),
    forged([0, null]),
  );
  for (const value of bad) {
    assert.throws(() => search.search({ q: "app", continue: value }, ANYBODY), InvalidContinueError, value);
  }
  assert.throws(() => search.search({ q: "other", continue: token }, ANYBODY), InvalidContinueError);
  assert.throws(
    () => search.search({ q: "app", sort: "name", continue: token }, ANYBODY),
    InvalidContinueError,
  );
  assert.equal(search.search({ q: "app", limit: 2, continue: token }, ANYBODY).items.length, 2);
});

function totalOf(query: SearchQuery, reader = ANYBODY): unknown {
  const { total, totalIsEstimate } = many.search(query, reader);
  return [total, totalIsEstimate];
}
