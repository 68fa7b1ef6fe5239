import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { newResource } from "../resources/kinds.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import {
  addRepository,
  ADMINISTRATOR,
  ANYBODY,
  openTestSearch,
  openTestStore,
  SILENT,
  walk,
} from "./search.fixture.ts";
import type { Reader } from "./reader.ts";
import { openSearch, type Search } from "./search.ts";

const MEMBER: Reader = { all: false, organizations: new Set(["closed", "elsewhere"]) };
const STRANGER: Reader = { all: false, organizations: ["elsewhere"] };

/** Everything that a reader can learn of, in one text. */
function everythingSeen(search: Search, reader: Reader): string {
  const queries = ["", "secret", "closed/secret", "plan", "ret", "gold", "hidden"].flatMap((q) => [
    { q },
    ...(["newest", "pulls", "stars", "name"] as const).map((sort) => ({ q, sort })),
    { q, keyword: "gold" },
    { q, organization: "closed" },
    { q, type: "hidden" },
    { q, platform: "linux/riscv64" },
  ]);
  const results = queries.map((query) => search.search(query, reader));
  const suggestions = ["s", "secret", "closed", "cret"].map((text) => search.suggest(text, reader));
  return JSON.stringify([results, suggestions]);
}

const SECRET = {
  spec: { description: "the plan", keywords: ["gold"] },
  status: {
    type: "hidden",
    pulls: 9,
    platforms: [{ os: "linux", architecture: "riscv64", digest: "", size: 1 }],
  },
};

test("a private repository is in no item, total, facet or suggestion of a stranger", async (t) => {
  const { search, store } = await openTestSearch(t);
  await addRepository(store, "open/shown");
  await search.caughtUp();
  const before = everythingSeen(search, ANYBODY);
  await addRepository(store, "closed/secret", { ...SECRET, spec: { ...SECRET.spec, visibility: "private" } });
  await search.caughtUp();
  assert.equal(everythingSeen(search, ANYBODY), before);
  assert.equal(everythingSeen(search, STRANGER), before);
  for (const reader of [MEMBER, ADMINISTRATOR]) {
    assert.deepEqual(walk(search, { q: "secret" }, reader), ["closed/secret"]);
    const { total, facets } = search.search({}, reader);
    assert.equal(total, 2);
    assert.deepEqual(facets.keyword, [{ value: "gold", count: 1 }]);
    assert.deepEqual(search.suggest("sec", reader), ["closed/secret"]);
    assert.deepEqual(walk(search, { sort: "pulls" }, reader), ["closed/secret", "open/shown"]);
  }
});

test("a repository without a word of its own is as visible as its organization says", async (t) => {
  const { store, namesFor } = await openTestSearch(t);
  await addRepository(store, "closed/orphan");
  assert.deepEqual(await namesFor("orphan"), ["closed/orphan"], "public without an organization");
  const organization = await store.create(
    newResource("Organization", "closed", { spec: { defaultVisibility: "private" } }),
  );
  await addRepository(store, "closed/secret", SECRET);
  await addRepository(store, "closed/own", { spec: { visibility: "public" } });
  assert.deepEqual(await namesFor({ sort: "name" }), ["closed/own"]);
  assert.deepEqual(await namesFor({ sort: "name" }, MEMBER), [
    "closed/orphan",
    "closed/own",
    "closed/secret",
  ]);
  await store.update({ ...organization, spec: { defaultVisibility: "public" } });
  assert.deepEqual(await namesFor({ sort: "name" }), ["closed/orphan", "closed/own", "closed/secret"]);
});

test("a new repository of a private organization is not public while the organization is unknown here", async (t) => {
  const { store, close } = await openTestStore();
  // Of organizations nothing is heard: the watches of the kinds do not wait for each other.
  const nobody = [{ path: "metadata.name", operator: "=" as const, value: "nobody" }];
  const deaf: ResourceStore = {
    ...store,
    watch: (kind, options, tell) =>
      store.watch(kind, kind === "Organization" ? { ...options, fieldSelector: nobody } : options, tell),
  };
  const search = await openSearch({ path: ":memory:", store: deaf, incarnation: "first", logger: SILENT });
  t.after(async () => {
    await search.close();
    await close();
  });
  await search.caughtUp();
  await store.create(newResource("Organization", "closed", { spec: { defaultVisibility: "private" } }));
  await addRepository(store, "closed/secret", SECRET);
  while (search.size() === 0) await setImmediate();
  assert.equal(search.search({ q: "secret" }, ANYBODY).total, 0);
  assert.equal(search.search({ q: "secret" }, MEMBER).total, 1);
});
