import type { TestContext } from "node:test";
import type { Repository, Spec, Status } from "../resources/kinds.ts";
import { newResource } from "../resources/kinds.ts";
import { imageResourceName, repositoryResourceName } from "../resources/names.ts";
import { createMemoryStore, type MemoryStore } from "./memory-store.fixture.ts";
import type { SearchQuery } from "./query.ts";
import type { Reader } from "./reader.ts";
import { openSearch, type Search } from "./search.ts";

export const ANYBODY: Reader = { all: false, organizations: [] };
export const ADMINISTRATOR: Reader = { all: true, organizations: [] };

/** Search over a store, with short ways to fill the one and ask the other. */
export interface TestSearch {
  search: Search;
  store: MemoryStore;
  /** The names found, in order, once the index has caught up. */
  namesFor(query: string | SearchQuery, reader?: Reader): Promise<string[]>;
}

/** What a test says of a repository; README is its latest image's. */
export interface RepositoryFixture {
  spec?: Omit<Spec<"Repository">, "name">;
  status?: Status<"Repository">;
  readme?: string;
}

export async function openTestSearch(context: TestContext, store = createMemoryStore()): Promise<TestSearch> {
  const search = await openSearch({ path: ":memory:", store, incarnation: "first", logger: SILENT });
  context.after(() => search.close());
  return {
    search,
    store,
    namesFor: async (query, reader = ANYBODY) => {
      await search.caughtUp();
      const asked = typeof query === "string" ? { q: query } : query;
      return search.search(asked, reader).items.map(({ name }) => name);
    },
  };
}

export const SILENT = { info: () => undefined, warn: () => undefined };

export async function addRepository(
  store: MemoryStore,
  name: string,
  { spec = {}, status = {}, readme }: RepositoryFixture = {},
): Promise<Repository> {
  if (readme !== undefined) await addImage(store, `${name}:latest`, readme);
  const resourceName = repositoryResourceName(name as Parameters<typeof repositoryResourceName>[0]);
  const created = await store.create(newResource("Repository", resourceName, { spec: { ...spec, name } }));
  const latest = readme === undefined ? {} : { latestTag: "latest" };
  return store.updateStatus({ ...created, status: { ...latest, ...status } });
}

export async function addImage(store: MemoryStore, name: string, docs: string): Promise<void> {
  const [repository = "", tag = ""] = name.split(":");
  const imageName = { repository, tag } as Parameters<typeof imageResourceName>[0];
  const created = await store.create(newResource("Image", imageResourceName(imageName), { spec: { name } }));
  await store.updateStatus({ ...created, status: { detail: { docs } } });
}

/** All pages of a search, as a client walks them. */
export function walk(search: Search, query: SearchQuery, reader: Reader = ANYBODY): string[] {
  const names: string[] = [];
  let token: string | undefined;
  do {
    const page = search.search({ ...query, continue: token }, reader);
    names.push(...page.items.map(({ name }) => name));
    token = page.continue;
  } while (token !== undefined);
  return names;
}
