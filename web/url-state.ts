import type { SearchSort } from "../src/api/contract.ts";

/** What the search page keeps in its URL. */
export interface SearchState {
  q?: string;
  keyword?: string;
  organization?: string;
  type?: string;
  platform?: string;
  sort?: SearchSort;
}

/** What the repository page keeps in its URL. */
export interface RepositoryState {
  tag?: string;
  view?: "tags";
}

const SORTS: readonly SearchSort[] = ["relevance", "newest", "pulls", "stars", "name"];

/** The state of a search page; what is not known, or not good, is left out. */
export function toSearchState(search: { [K in keyof SearchState]?: unknown }): SearchState {
  return {
    ...textOf(search, ["q", "keyword", "organization", "type", "platform"]),
    ...(isSort(search.sort) && { sort: search.sort }),
  };
}

/** The state of a repository page; what is not known, or not good, is left out. */
export function toRepositoryState(search: { [K in keyof RepositoryState]?: unknown }): RepositoryState {
  return { ...textOf(search, ["tag"]), ...(search.view === "tags" && { view: "tags" }) };
}

function isSort(value: unknown): value is SearchSort {
  return SORTS.some((sort) => sort === value);
}

/** Those of the named values that are text and not empty. */
function textOf<K extends string>(search: Partial<Record<K, unknown>>, names: readonly K[]) {
  const found: Partial<Record<K, string>> = {};
  for (const name of names) {
    const value = search[name];
    if (typeof value === "string" && value !== "") found[name] = value;
  }
  return found;
}
