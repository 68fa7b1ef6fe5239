import type { Reader } from "./reader.ts";
import type { SearchResult } from "./result.ts";
import type { Search } from "./search.ts";

/** The answer that `docker search` and `podman search` read from `/v1/search` (Docker Index API v1). */
export interface DockerSearch {
  num_results: number;
  num_pages: number;
  page: number;
  page_size: number;
  query: string;
  results: DockerSearchResult[];
}

export interface DockerSearchResult {
  /** Without the hub's address: podman puts it before, docker shows the name as it is. */
  name: string;
  description: string;
  star_count: number;
  is_official: boolean;
  is_automated: boolean;
}

export interface DockerSearchOptions {
  query: string;
  page: number;
  pageSize: number;
}

/** Results per page when `n` is not said, and at most: what Docker's own index gives. */
const DEFAULT_PAGE_SIZE = 25;
const MAX_PAGE_SIZE = 100;
/** Pages are reached one after another; nobody reads further, and neither client asks for a second. */
const MAX_PAGE = 20;

/** A page of results in the form of the Docker index. Official and automated are Docker Hub's own notions. */
export function toDockerSearch(
  result: SearchResult,
  { query, page, pageSize }: DockerSearchOptions,
): DockerSearch {
  return {
    num_results: result.total,
    num_pages: Math.ceil(result.total / pageSize),
    page,
    page_size: pageSize,
    query,
    results: result.items.map(({ name, description, stars }) => ({
      name,
      description,
      star_count: stars,
      is_official: false,
      is_automated: false,
    })),
  };
}

/** Answers `/v1/search?q=&n=&page=`; numbers out of bounds are brought within them. */
export function runDockerSearch(
  search: Search,
  query: { q?: string | undefined; n?: number | undefined; page?: number | undefined },
  reader: Reader,
): DockerSearch {
  const q = query.q ?? "";
  const page = bounded(query.page, 1, MAX_PAGE);
  const pageSize = bounded(query.n, DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE);
  let result = search.search({ q, limit: pageSize }, reader);
  for (let reached = 1; reached < page; reached += 1) {
    result = result.continue
      ? search.search({ q, limit: pageSize, continue: result.continue }, reader)
      : { ...result, items: [] };
  }
  return toDockerSearch(result, { query: q, page, pageSize });
}

function bounded(value: number | undefined, standard: number, max: number): number {
  return value !== undefined && Number.isInteger(value) ? Math.min(Math.max(value, 1), max) : standard;
}
