import { allowedActions } from "../../src/auth/access-policy.ts";
import type { Action } from "../../src/auth/scope.ts";
import type { Subject } from "../../src/auth/subject.ts";
import type { Role } from "../../src/resources/organization.ts";

/** Somebody who asks the hub. */
export interface Caller {
  name: string;
  /** An Authorization header. */
  credentials?: string;
  /** Name and password, or token in its place. */
  login?: { name: string; password: string };
  /** Who the hub should take it for; undefined: its credentials are no good. */
  subject: Subject | undefined;
  /** In the organization of the matrix. */
  role?: Role;
}

export type Visibility = "public" | "private" | "absent";

export interface Sent {
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

/** One route of the hub: who may, and how it is asked. */
export interface Row {
  /** As `hubRoutes` names it. */
  route: string;
  /** What the access policy must give in the repository, or who may whatever it says. */
  may: Action | ((caller: Caller) => boolean);
  /** And who may, beside. */
  and?: (caller: Caller) => boolean;
  /** Status for whoever may; of a repository that is absent another one. */
  done: number;
  doneAbsent?: number;
  /** Statuses for whoever may not. Default 401, 403 and 404. */
  refused?: readonly number[];
  /** Whether an answer of status `done` is that of whoever may, where the status alone does not tell. */
  tells?: (body: string, repository: string) => boolean;
  /** Anonymous is told to log in. */
  needsUser?: true;
  /** Of what is hidden or absent it tells what holds in general. */
  isGeneral?: true;
  /** What it asks for; a route that is about no repository is asked once. */
  about: "repository" | "hub";
  ask(repository: string, caller: Caller): Sent | Promise<Sent>;
}

/** What the access policy says. */
export function isAllowed({ may, and = anybody }: Row, caller: Caller, visibility: Visibility): boolean {
  if (!and(caller)) return false;
  if (typeof may === "function") return may(caller);
  return actionsOf(caller, visibility).has(may);
}

export function canSee(caller: Caller, visibility: Visibility): boolean {
  return actionsOf(caller, visibility).has("pull");
}

function actionsOf({ subject, role }: Caller, visibility: Visibility): ReadonlySet<Action> {
  if (!subject) return new Set();
  return allowedActions(subject, {
    name: REPOSITORIES[visibility],
    visibility: visibility === "absent" ? undefined : visibility,
    organizationExists: true,
    role,
  });
}

/** Alike in all but their visibility. */
export const REPOSITORIES: Record<Visibility, string> = {
  public: "org/open",
  private: "org/shut",
  absent: "org/gone",
};

/** What a list shows. */
export function names(body: string, repository: string): boolean {
  return body.includes(repository);
}

/** Classes of callers, where no repository decides. */
export function anybody(): boolean {
  return true;
}

export function users({ subject }: Caller): boolean {
  return subject?.kind === "user";
}

export function everybodyLoggedIn({ subject }: Caller): boolean {
  return subject !== undefined && subject.kind !== "anonymous";
}

export function owners({ subject, role }: Caller): boolean {
  return isWhole(subject) && (role === "owner" || administrators({ name: "", subject }));
}

export function administrators({ subject }: Caller): boolean {
  return subject?.kind === "user" && subject.administrator;
}

/** Users who may do all that they may: a token that takes something away makes no tokens. */
export function wholeUsers({ subject }: Caller): boolean {
  return isWhole(subject);
}

/** Users whose token lets them write, if they came by one. */
export function writers({ subject }: Caller): boolean {
  if (subject?.kind !== "user") return false;
  return !subject.token || subject.token.scopes.some((scope) => scope === "write" || scope === "admin");
}

function isWhole(subject: Subject | undefined): boolean {
  return subject?.kind === "user" && (!subject.token || subject.token.scopes.includes("admin"));
}
