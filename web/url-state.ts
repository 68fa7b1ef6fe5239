import type { SearchSort } from "../src/api/contract/search.ts";
import { toProblemState, type LoginState } from "./local-path.ts";
import { toAuditFilters, type AuditFilters } from "./ui/administration/audit-filters.ts";

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
  view?: "tags" | "settings";
}

/** What the organization page keeps in its URL. */
export interface OrganizationState {
  view?: "members" | "robots" | "settings";
}

/** What the account page keeps in its URL. */
export interface AccountState extends Pick<LoginState, "problem" | "user"> {
  view?: "tokens" | "settings";
}

/** What the administrators' page keeps in its URL. */
export interface AdministrationState extends AuditFilters {
  view?: "users" | "audit";
  /** What a user's name has in it. */
  q?: string;
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
  return { ...textOf(search, ["tag"]), ...viewOf(search.view, ["tags", "settings"]) };
}

/** The state of an organization page; what is not known is left out. */
export function toOrganizationState(search: { view?: unknown }): OrganizationState {
  return viewOf(search.view, ["members", "robots", "settings"]);
}

/** The state of the account page; what is not known is left out. */
export function toAccountState(search: { view?: unknown; problem?: unknown; user?: unknown }): AccountState {
  return { ...viewOf(search.view, ["tokens", "settings"]), ...toProblemState(search) };
}

/** The state of the administrators' page; what is not known, or not good, is left out. */
export function toAdministrationState(search: {
  [K in keyof AdministrationState]?: unknown;
}): AdministrationState {
  return { ...viewOf(search.view, ["users", "audit"]), ...textOf(search, ["q"]), ...toAuditFilters(search) };
}

function viewOf<V extends string>(value: unknown, views: readonly V[]): { view?: V } {
  const view = views.find((one) => one === value);
  return view === undefined ? {} : { view };
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
