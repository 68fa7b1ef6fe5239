import assert from "node:assert/strict";
import { test } from "node:test";
import { buildImage } from "../../test/image-builder.ts";
import type { Database } from "../database/database.ts";
import { parseRepositoryName, parseTag } from "../oci/reference.ts";
import { openTestStore, pushImage, type TestStore } from "./garbage.fixture.ts";

/** In the order of names: organizations whose names begin alike do not stand by their own order. */
const PUBLIC = ["b-c/public", "b/public"];
const PRIVATE = ["a/one", "b-c/one", "b/a", "b/c", "b.c/one", "d/one"];

/** Who sees what in the catalog, page by page. */
export function testCatalog(database: () => Database): void {
  const readers = {
    administrators: { readable: { all: true }, names: [...PUBLIC, ...PRIVATE] },
    anybody: { readable: {}, names: PUBLIC },
    members: {
      readable: { organizations: ["b", "b-c", "none"] },
      names: [...PUBLIC, ...PRIVATE.filter((name) => /^b(-c)?\//.test(name))],
    },
  };
  for (const [reader, { readable, names }] of Object.entries(readers)) {
    test(`the catalog of ${reader} has what they may read and has a tag, on pages of any size`, async () => {
      const store = await openFilledStore(database());
      for (let limit = 1; limit <= PUBLIC.length + PRIVATE.length + 1; limit++) {
        const seen: string[] = [];
        let page: string[] = [];
        do {
          const last = seen.at(-1);
          page = await store.content.repositories.catalog({
            limit,
            readable,
            ...(last !== undefined && { after: last }),
          });
          seen.push(...page);
        } while (page.length === limit);
        assert.deepEqual(seen, names.toSorted(), `pages of ${limit}`);
      }
      await store.close();
    });
  }
}

async function openFilledStore(database: Database): Promise<TestStore> {
  const store = await openTestStore(database);
  const image = await buildImage({});
  for (const name of [...PRIVATE, ...PUBLIC]) {
    const repository = parseRepositoryName(name);
    await store.content.repositories.ensure(repository, {
      visibility: PUBLIC.includes(name) ? "public" : "private",
    });
    await pushImage(store.content, repository, { image, tags: [parseTag("v1")] });
  }
  const untagged = parseRepositoryName("b/untagged");
  await store.content.repositories.ensure(untagged, { visibility: "public" });
  await pushImage(store.content, untagged, { image });
  return store;
}
