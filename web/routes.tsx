import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type SearchSchemaInput,
} from "@tanstack/react-router";
import { HomePage } from "./pages/HomePage.tsx";
import { NotFoundPage } from "./pages/NotFoundPage.tsx";
import { CrashPage } from "./pages/CrashPage.tsx";
import { Layout } from "./ui/Layout.tsx";
import { parseUrlSearch, stringifyUrlSearch } from "./url-search.ts";
import { toRepositoryState, toSearchState, type RepositoryState, type SearchState } from "./url-state.ts";

const rootRoute = createRootRoute({ component: Layout });

const homeRoute = createRoute({ getParentRoute: () => rootRoute, path: "/", component: HomePage });

const searchRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/search",
  validateSearch: (search: SearchState & SearchSchemaInput) => toSearchState(search),
  component: lazyRouteComponent(() => import("./pages/SearchPage.tsx"), "SearchPage"),
});

const repositoryRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/r/$",
  validateSearch: (search: RepositoryState & SearchSchemaInput) => toRepositoryState(search),
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

/** The pages by their addresses; what is chosen on a page is in its URL. */
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
