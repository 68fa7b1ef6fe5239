import { isRepositoryName, type RepositoryName } from "../oci/reference.ts";

export type Action = "pull" | "push" | "delete";
export const ACTIONS: readonly Action[] = ["pull", "push", "delete"];

/** What a client asks a token for, and what a token grants: Docker's token authentication specification. */
export type Scope =
  | { type: "repository"; name: RepositoryName; actions: ReadonlySet<Action> }
  /** The catalog. */
  | { type: "registry"; name: "catalog" };

/** A token's `access` claim, one entry. */
export interface AccessEntry {
  type: string;
  name: string;
  actions: string[];
}

/** Scopes of one token request: more than a client that copies between repositories asks for. */
export const MAX_SCOPES = 50;

/**
 * Parses `repository:org/name:pull,push` and `registry:catalog:*`, several apart by spaces. What names no
 * repository of this hub grants nothing and is left out, as the specification wants it.
 */
export function parseScopes(texts: readonly string[]): Scope[] {
  const parts = texts.flatMap((text) => text.split(" ")).filter((text) => text !== "");
  return parts.slice(0, MAX_SCOPES).flatMap((text) => parseScope(text) ?? []);
}

export function formatScope(name: string, actions: Iterable<Action>): string {
  return `repository:${name}:${[...actions].join(",")}`;
}

function parseScope(text: string): Scope | undefined {
  const first = text.indexOf(":");
  const last = text.lastIndexOf(":");
  if (first <= 0 || last === first) return undefined;
  const [type, name, actions] = [
    text.slice(0, first),
    text.slice(first + 1, last),
    text.slice(last + 1).split(","),
  ];
  if (type === "registry" && name === "catalog") return { type, name };
  if (!isRepositoryType(type)) return undefined;
  return isRepositoryName(name) ? { type: "repository", name, actions: parseActions(actions) } : undefined;
}

/** A class in parentheses, as in `repository(plugin)`, is allowed and says nothing here. */
function isRepositoryType(type: string): boolean {
  return type === "repository" || (type.startsWith("repository(") && type.endsWith(")"));
}

function parseActions(texts: string[]): Set<Action> {
  return new Set(texts.includes("*") ? ACTIONS : ACTIONS.filter((action) => texts.includes(action)));
}
