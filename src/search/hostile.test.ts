import assert from "node:assert/strict";
import { before, after, test } from "node:test";
import * as fc from "fast-check";
import { addRepository, ANYBODY, openTestStore, SILENT, type TestStore } from "./search.fixture.ts";
import { openSearch, type Search } from "./search.ts";

let hub: TestStore;
let search: Search;

before(async () => {
  hub = await openTestStore();
  const { store } = hub;
  await addRepository(store, "labring/mysql", {
    spec: { description: "A database 数据库 \u{E000}marked\u{E001} by itself", keywords: ["near", "not"] },
    readme: "mysql AND database OR NOT NEAR",
  });
  search = await openSearch({ path: ":memory:", store, incarnation: "first", logger: SILENT });
  await search.caughtUp();
});
after(async () => {
  await search.close();
  await hub.close();
});

const SIGNS = `"'*()^+-{},:;·\0\n\u{E000}\ud800\udc00`;
const WORDS = ["AND", "OR", "NOT", "NEAR(", "NEAR/2", "document:", "--", "mysql", "数据库", "a", " "];

/** Text that means something to FTS5, SQL or JSON, mixed with any other. */
const hostileText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.string({ unit: "grapheme", maxLength: 300 }),
  fc.array(fc.constantFrom(...SIGNS, ...WORDS), { maxLength: 120 }).map((parts) => parts.join("")),
);

test("any text gives a result, never an error", () => {
  fc.assert(
    fc.property(hostileText, (q) => {
      assert.ok(search.search({ q }, ANYBODY).total <= 1);
      assert.ok(search.suggest(q, ANYBODY).length <= 1);
    }),
    { numRuns: 500 },
  );
});

test("any filter gives a result, never an error", () => {
  fc.assert(
    fc.property(hostileText, hostileText, (text, other) => {
      search.search({ keyword: text, organization: other, type: text, platform: other }, ANYBODY);
      search.search(
        { q: other, keyword: text, sort: "newest" },
        { all: false, organizations: [text, other] },
      );
    }),
  );
});

test("words of the query language are words", () => {
  for (const q of [
    "mysql AND database",
    "NOT mysql",
    "near",
    '"mysql"',
    "mysql*",
    "(database)",
    "mysql:database",
  ]) {
    assert.equal(search.search({ q }, ANYBODY).total, 1, q);
  }
  assert.equal(search.search({ q: "mysql OR absent" }, ANYBODY).total, 0);
});

test("text without a letter or digit finds nothing, and blank text everything", () => {
  for (const q of ["++", '"', "***", "🐳"]) assert.equal(search.search({ q }, ANYBODY).total, 0, q);
  for (const q of ["", "  ", "\n\t"]) assert.equal(search.search({ q }, ANYBODY).total, 1, q);
});

test("a limit out of bounds is brought within them", () => {
  for (const limit of [-1, 0, 1.5, Number.NaN, 1e9, Number.POSITIVE_INFINITY]) {
    assert.equal(search.search({ limit }, ANYBODY).items.length, 1, String(limit));
  }
});

test("marks in a description are not taken for matches", () => {
  const [item] = search.search({ q: "database" }, ANYBODY).items;
  assert.equal(item?.highlights["description"], "A \u{E000}database\u{E001} 数据库 marked by itself");
});
