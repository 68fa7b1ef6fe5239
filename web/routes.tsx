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
import { withAccountTexts } from "./i18n.ts";
import { toLoginState, toNextState, type LoginState, type NextState } from "./local-path.ts";
import { Layout } from "./ui/Layout.tsx";
import { parseUrlSearch, stringifyUrlSearch } from "./url-search.ts";
import {
  toAccountState,
  toAdministrationState,
  toOrganizationState,
  toRepositoryState,
  toSearchState,
  type AccountState,
  type AdministrationState,
  type OrganizationState,
  type RepositoryState,
  type SearchState,
} from "./url-state.ts";

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
  validateSearch: (search: OrganizationState & SearchSchemaInput) => toOrganizationState(search),
  component: lazyRouteComponent(() => import("./pages/OrganizationPage.tsx"), "OrganizationPage"),
});

const pushRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/push",
  component: lazyRouteComponent(() => import("./pages/PushPage.tsx"), "PushPage"),
});

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/login",
  validateSearch: (search: LoginState & SearchSchemaInput) => toLoginState(search),
  component: lazyRouteComponent(() => withAccountTexts(import("./pages/LoginPage.tsx")), "LoginPage"),
});

const registerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/register",
  validateSearch: (search: NextState & SearchSchemaInput) => toNextState(search),
  component: lazyRouteComponent(() => withAccountTexts(import("./pages/RegisterPage.tsx")), "RegisterPage"),
});

const passwordResetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/password-reset",
  component: lazyRouteComponent(
    () => withAccountTexts(import("./pages/PasswordResetPage.tsx")),
    "PasswordResetPage",
  ),
});

const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/invitations",
  component: lazyRouteComponent(
    () => withAccountTexts(import("./pages/InvitationPage.tsx")),
    "InvitationPage",
  ),
});

const accountRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/account",
  validateSearch: (search: AccountState & SearchSchemaInput) => toAccountState(search),
  component: lazyRouteComponent(() => withAccountTexts(import("./pages/AccountPage.tsx")), "AccountPage"),
});

const administrationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/administration",
  validateSearch: (search: AdministrationState & SearchSchemaInput) => toAdministrationState(search),
  component: lazyRouteComponent(
    () => withAccountTexts(import("./pages/AdministrationPage.tsx")),
    "AdministrationPage",
  ),
});

const newOrganizationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/new-organization",
  component: lazyRouteComponent(
    () => withAccountTexts(import("./pages/NewOrganizationPage.tsx")),
    "NewOrganizationPage",
  ),
});

const PAGES = [
  homeRoute,
  searchRoute,
  repositoryRoute,
  organizationRoute,
  pushRoute,
  loginRoute,
  registerRoute,
  passwordResetRoute,
  invitationRoute,
  administrationRoute,
  accountRoute,
  newOrganizationRoute,
] as const;

/** The pages by their addresses; what is chosen on a page is in its URL. */
export function createAppRouter() {
  return createRouter({
    routeTree: rootRoute.addChildren(PAGES),
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
