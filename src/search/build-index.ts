import { setImmediate } from "node:timers/promises";
import type { Kind, Repository, Resource } from "../resources/kinds.ts";
import type { ResourceList, ResourceStore } from "../resource-store/port.ts";
import { factsOf, isRepositoryName, organizationOf, type RepositoryDocument } from "./document.ts";
import type { IndexFile } from "./index-file.ts";
import { getDefaultVisibility, putOrganization } from "./organizations.ts";
import { fetchReadme } from "./readme.ts";
import { putRepository } from "./repositories.ts";

/** The kinds an index is made of, in the order in which a new one reads them. */
export const FOLLOWED = ["Organization", "Repository", "Image"] as const;
export type FollowedKind = (typeof FOLLOWED)[number];

/** Resources a page: a Repository of many tags is some 20 KiB, and several times that when it is parsed. */
const PAGE_SIZE = 100;
/** Repositories written in one transaction: some milliseconds, between which requests are answered. */
const BATCH = 20;

/** Pages of 4 KiB written in one step of merging: some milliseconds. */
const MERGE_PAGES = 200;

/** The version from which a kind is watched. */
export function getVersion(index: IndexFile, kind: FollowedKind): string {
  return index.getState(`version of ${kind}`) ?? "0";
}

export function setVersion(index: IndexFile, kind: FollowedKind, resourceVersion: string): void {
  index.setState(`version of ${kind}`, resourceVersion);
}

/**
 * Fills an empty index with what the store has. All kinds are watched from the moments of these lists on; what is
 * read later than that is seen a second time, which changes nothing.
 */
export async function buildIndex(index: IndexFile, store: ResourceStore, signal: AbortSignal): Promise<void> {
  for await (const page of pagesOf(store, "Organization")) {
    signal.throwIfAborted();
    index.transaction(() => {
      for (const organization of page.items) putOrganization(index, organization);
      setVersion(index, "Organization", page.resourceVersion);
      // An image is read after its repository: its watch begins before both.
      setVersion(index, "Image", page.resourceVersion);
    });
  }
  for await (const page of pagesOf(store, "Repository")) {
    await addRepositories(index, store, { repositories: page.items, signal });
    setVersion(index, "Repository", page.resourceVersion);
  }
  await mergeTokens(index, signal);
}

/**
 * Merges the parts the token table was written in into one, which halves the time of a search; in steps, between
 * which requests are answered.
 */
async function mergeTokens(index: IndexFile, signal: AbortSignal): Promise<void> {
  const merge = index.prepare("INSERT INTO tokens (tokens, rank) VALUES ('merge', ?)");
  const changes = index.prepare("SELECT total_changes() AS count");
  // Negative: begin with all parts, however few there are.
  let pages = -MERGE_PAGES;
  for (;;) {
    signal.throwIfAborted();
    const before = Number(changes.get()?.["count"]);
    merge.run(pages);
    // FTS5 counts one change for a step that had nothing to do.
    if (Number(changes.get()?.["count"]) - before < 2) return;
    pages = MERGE_PAGES;
    await setImmediate();
  }
}

async function* pagesOf<K extends Kind>(store: ResourceStore, kind: K): AsyncGenerator<ResourceList<K>> {
  let page = await store.list(kind, { limit: PAGE_SIZE });
  yield page;
  while (page.continue) {
    page = await store.list(kind, { limit: PAGE_SIZE, continue: page.continue });
    yield page;
  }
}

async function addRepositories(
  index: IndexFile,
  store: ResourceStore,
  { repositories, signal }: { repositories: Resource<"Repository">[]; signal: AbortSignal },
): Promise<void> {
  const named = repositories.filter(({ spec }) => isRepositoryName(spec.name));
  for (let start = 0; start < named.length; start += BATCH) {
    signal.throwIfAborted();
    const batch = named.slice(start, start + BATCH);
    const documents = await Promise.all(batch.map((repository) => documentOf(index, store, repository)));
    index.transaction(() => {
      for (const document of documents) putRepository(index, document);
    });
    await setImmediate();
  }
}

async function documentOf(
  index: IndexFile,
  store: ResourceStore,
  repository: Repository,
): Promise<RepositoryDocument> {
  const facts = factsOf(repository);
  const visibility = facts.ownVisibility ?? getDefaultVisibility(index, organizationOf(facts.name));
  const readme = await fetchReadme(store, facts.name, facts.latestTag);
  return { ...facts, ...readme, isPrivate: visibility === "private" };
}
