import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Database } from "../database/database.ts";
import { openSqlite } from "../database/sqlite.ts";
import type { Image, Repository, Spec, Status } from "../resources/kinds.ts";
import { newResource } from "../resources/kinds.ts";
import { imageResourceName, repositoryResourceName } from "../resources/names.ts";
import { openDatabaseResourceStore } from "../resource-store/database.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import type { SearchQuery } from "./query.ts";
import type { Reader } from "./reader.ts";
import { openSearch, type Search } from "./search.ts";

export const ANYBODY: Reader = { all: false, organizations: [] };
export const ADMINISTRATOR: Reader = { all: true, organizations: [] };

/** The hub's own store, in a file of its own. */
export interface TestStore {
  folder: string;
  database: Database;
  store: ResourceStore;
  close(): Promise<void>;
}

export async function openTestStore(): Promise<TestStore> {
  const folder = await mkdtemp(join(tmpdir(), "imagehub-search-"));
  // What a test stores need not survive the machine.
  const database = await openSqlite(join(folder, "hub.db"), { syncFile: () => Promise.resolve() });
  const store = openDatabaseResourceStore({ database });
  return {
    folder,
    database,
    store,
    close: async () => {
      await store.close();
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Search over a store, with short ways to fill the one and ask the other. */
export interface TestSearch {
  search: Search;
  store: ResourceStore;
  /** The names found, in order, once the index has caught up. */
  namesFor(query: string | SearchQuery, reader?: Reader): Promise<string[]>;
}

/** What a test says of a repository; README is its latest image's. */
export interface RepositoryFixture {
  spec?: Omit<Spec<"Repository">, "name">;
  status?: Status<"Repository">;
  readme?: string;
}

export async function openTestSearch(context: TestContext): Promise<TestSearch> {
  const { store, close } = await openTestStore();
  const search = await openSearch({ path: ":memory:", store, incarnation: "first", logger: SILENT });
  context.after(async () => {
    await search.close();
    await close();
  });
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
  store: ResourceStore,
  name: string,
  { spec = {}, status = {}, readme }: RepositoryFixture = {},
): Promise<Repository> {
  if (readme !== undefined) await addImage(store, `${name}:latest`, readme);
  const latest = readme === undefined ? {} : { latestTag: "latest" };
  const resourceName = repositoryResourceName(name as Parameters<typeof repositoryResourceName>[0]);
  return store.create(
    newResource("Repository", resourceName, { spec: { ...spec, name }, status: { ...latest, ...status } }),
  );
}

export async function addImage(store: ResourceStore, name: string, docs: string): Promise<Image> {
  const [repository = "", tag = ""] = name.split(":");
  const imageName = { repository, tag } as Parameters<typeof imageResourceName>[0];
  return store.create(
    newResource("Image", imageResourceName(imageName), { spec: { name }, status: { detail: { docs } } }),
  );
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
