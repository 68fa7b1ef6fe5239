import {
  infiniteQueryOptions,
  keepPreviousData,
  MutationCache,
  QueryClient,
  queryOptions,
} from "@tanstack/react-query";
import type { SearchQuery } from "../src/api/contract/search.ts";
import type { Repository } from "../src/resources/kinds.ts";
import {
  findImage,
  findRepository,
  getHubInfo,
  getMe,
  getOrganization,
  getWholeReadme,
  listImages,
  searchRepositories,
} from "./api.ts";
import { ApiError, hasStatus } from "./http.ts";

/** What was just read is shown again without asking; a push is to be seen soon after. */
const FRESH_MS = 5_000;
/** A failure that may pass is tried twice more before the page tells of it. */
const RETRIES = 2;

export function createQueryClient(): QueryClient {
  const client = new QueryClient({
    // A session that is over shows itself when something is to be changed: then the whole page is to know.
    mutationCache: new MutationCache({
      onError(error) {
        if (hasStatus(error, 401)) void client.invalidateQueries(meQuery());
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        retry: (failures, error) => failures < RETRIES && mayPass(error),
        // The hub is often on this machine: a browser that believes itself offline still reaches it.
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
  return client;
}

export function hubInfoQuery() {
  return queryOptions({
    queryKey: ["hub"],
    queryFn: ({ signal }) => getHubInfo(signal),
    staleTime: Infinity,
  });
}

/** Who is logged in. It changes by logging in and out, which say so; a session may also end by itself. */
export function meQuery() {
  return queryOptions({ queryKey: ["me"], queryFn: ({ signal }) => getMe(signal) });
}

export function searchQuery(query: SearchQuery) {
  return queryOptions({
    queryKey: ["search", query],
    queryFn: ({ signal }) => searchRepositories(query, signal),
  });
}

export function searchPagesQuery(query: SearchQuery) {
  return infiniteQueryOptions({
    queryKey: ["search-pages", query],
    queryFn: ({ signal, pageParam }) =>
      searchRepositories(pageParam === "" ? query : { ...query, continue: pageParam }, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.continue,
    placeholderData: keepPreviousData,
  });
}

export function repositoryQuery(name: string) {
  return queryOptions({
    queryKey: ["repository", name],
    queryFn: async ({ signal }) => (await findRepository(name, signal)) ?? null,
  });
}

export function imageQuery(name: string, tag: string) {
  return queryOptions({
    queryKey: ["image", name, tag],
    queryFn: async ({ signal }) => (await findImage(name, tag, signal)) ?? null,
    enabled: tag !== "",
  });
}

export function imagePagesQuery(repository: Repository) {
  return infiniteQueryOptions({
    queryKey: ["images", repository.spec.name],
    queryFn: ({ signal, pageParam }) =>
      listImages(repository, pageParam === "" ? undefined : pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.metadata.continue || undefined,
  });
}

export function organizationQuery(name: string) {
  return queryOptions({
    queryKey: ["organization", name],
    queryFn: ({ signal }) => getOrganization(name, signal),
  });
}

export function wholeReadmeQuery(name: string, tag: string) {
  return queryOptions({
    queryKey: ["readme", name, tag],
    queryFn: ({ signal }) => getWholeReadme(name, tag, signal),
  });
}

function mayPass(error: unknown): boolean {
  return !(error instanceof ApiError) || error.status === 0 || error.status >= 500;
}
