import type { Role } from "../resources/organization.ts";
import type { Action } from "./scope.ts";
import type { Subject } from "./subject.ts";

/** What the decision depends on. */
export interface RepositoryFacts {
  /** undefined: there is no such repository. */
  visibility: "public" | "private" | undefined;
  organizationExists: boolean;
  /** The subject's role in the repository's organization. */
  role: Role | undefined;
}

/**
 * The access policy, in one place: who may do what with a repository.
 *
 * An absent repository and one that the subject may not read look the same: both give no action, except that a
 * member who may push may do so before the repository is there, and that any user may push to an organization that
 * nobody has made yet.
 */
export function allowedActions(subject: Subject, facts: RepositoryFacts): ReadonlySet<Action> {
  if (subject.kind === "anonymous") return facts.visibility === "public" ? PULL : NONE;
  if (subject.administrator) return ALL;
  if (facts.role === "owner") return ALL;
  if (facts.role === "publisher") return ALL;
  if (!facts.organizationExists && facts.visibility === undefined) return PUSH_FIRST;
  if (facts.role === "reader" || facts.visibility === "public") return PULL;
  return NONE;
}

const NONE: ReadonlySet<Action> = new Set();
const PULL: ReadonlySet<Action> = new Set(["pull"]);
const PUSH_FIRST: ReadonlySet<Action> = new Set(["pull", "push"]);
const ALL: ReadonlySet<Action> = new Set(["pull", "push", "delete"]);
