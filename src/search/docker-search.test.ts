import assert from "node:assert/strict";
import { test } from "node:test";
import { runDockerSearch } from "./docker-search.ts";
import { addRepository, ANYBODY, openTestSearch } from "./search.fixture.ts";

test("runDockerSearch() answers in the form of the Docker index, page by page", async (t) => {
  const { search, store } = await openTestSearch(t);
  for (const [index, name] of ["acme/app1", "acme/app2", "acme/app3"].entries()) {
    await addRepository(store, name, {
      spec: { description: `App ${name}` },
      status: { stars: index, pulls: 9 },
    });
  }
  await search.caughtUp();
  assert.deepEqual(runDockerSearch(search, { q: "app", n: 2, page: 2 }, ANYBODY), {
    num_results: 3,
    num_pages: 2,
    page: 2,
    page_size: 2,
    query: "app",
    results: [
      {
        name: "acme/app1",
        description: "App acme/app1",
        star_count: 0,
        is_official: false,
        is_automated: false,
      },
    ],
  });
  assert.equal(runDockerSearch(search, { q: "app" }, ANYBODY).results.length, 3);
  assert.equal(runDockerSearch(search, { q: "app", n: 2, page: 9 }, ANYBODY).results.length, 0);
  for (const n of [0, -1, 1.5, Number.NaN, 1e9]) {
    assert.equal(runDockerSearch(search, { q: "app", n, page: n }, ANYBODY).num_results, 3, String(n));
  }
});
