import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type SearchSchemaInput,
} from "@tanstack/react-router";
import type { SearchSort } from "../src/api/contract.ts";
import { HomePage } from "./pages/HomePage.tsx";
import { NotFoundPage } from "./pages/NotFoundPage.tsx";
import { CrashPage } from "./pages/CrashPage.tsx";
import { Layout } from "./ui/Layout.tsx";
import { parseUrlSearch, stringifyUrlSearch } from "./url-search.ts";

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

const rootRoute = createRootRoute({ component: Layout });

const homeRoute = createRoute({ getParentRoute: () => rootRoute, path: "/", component: HomePage });

const searchRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/search",
  validateSearch: (search: SearchState & SearchSchemaInput): SearchState => ({
    ...textOf(search, ["q", "keyword", "organization", "type", "platform"]),
    ...(isSort(search.sort) && { sort: search.sort }),
  }),
  component: lazyRouteComponent(() => import("./pages/SearchPage.tsx"), "SearchPage"),
});

const repositoryRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/r/$",
  validateSearch: (search: RepositoryState & SearchSchemaInput): RepositoryState => ({
    ...textOf(search, ["tag"]),
    ...(search.view === "tags" && { view: "tags" }),
  }),
  component: lazyRouteComponent(() => import("./pages/RepositoryPage.tsx"), "RepositoryPage"),
});

const organizationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/o/$organization",
  component: lazyRouteComponent(() => import("./pages/OrganizationPage.tsx"), "OrganizationPage"),
});

const pushRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/push",
  component: lazyRouteComponent(() => import("./pages/PushPage.tsx"), "PushPage"),
});

export function createAppRouter() {
  return createRouter({
    routeTree: rootRoute.addChildren([homeRoute, searchRoute, repositoryRoute, organizationRoute, pushRoute]),
    parseSearch: parseUrlSearch,
    stringifySearch: stringifyUrlSearch,
    defaultPreload: "intent",
    scrollRestoration: true,
    defaultNotFoundComponent: NotFoundPage,
    defaultErrorComponent: CrashPage,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
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
