import { matchesWildcard } from "../oci/wildcard.ts";
import { organizationOfSpecName } from "../resources/names.ts";
import type { Role } from "../resources/organization.ts";
import { isReservedName } from "./account-rules.ts";
import type { Action } from "./scope.ts";
import type { RobotSubject, Subject, TokenLimits, TokenScope, UserSubject } from "./subject.ts";

/** What the decision depends on. */
export interface RepositoryFacts {
  name: string;
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
 * member who may push may do so before the repository is there, and that any user, but no robot, may push to an
 * organization that nobody has made yet and whose name is not reserved. A token takes away from what its owner may, and never what anonymous may.
 */
export function allowedActions(subject: Subject, facts: RepositoryFacts): ReadonlySet<Action> {
  const everybodys = facts.visibility === "public" ? PULL : NONE;
  if (subject.kind === "anonymous") return everybodys;
  const own = actionsOfSubject(subject, facts);
  const { token } = subject;
  if (!token) return own;
  const left = [...own].filter((action) => tokenAllows(token, SCOPE_OF[action], facts.name));
  return everybodys.union(new Set(left));
}

/**
 * Whether a token is good for this, as far as its limits go.
 * @param repository undefined: for something that is in no repository, so no pattern can name it
 */
export function tokenAllows(token: TokenLimits, scope: TokenScope, repository: string | undefined): boolean {
  if (!hasScope(token, scope)) return false;
  if (token.repositories.length === 0) return true;
  return (
    repository !== undefined && token.repositories.some((pattern) => matchesWildcard(pattern, repository))
  );
}

/** Whether a member's role, and its token if it has one, gives an action on every repository of an organization. */
export function allowsInOrganization(
  subject: Subject,
  action: Action,
  { name, role }: { name: string; role: Role },
): boolean {
  if (subject.kind === "anonymous") return false;
  const facts: RepositoryFacts = { name, visibility: "private", organizationExists: true, role };
  if (!actionsOfSubject(subject, facts).has(action)) return false;
  const { token } = subject;
  if (!token) return true;
  if (!hasScope(token, SCOPE_OF[action])) return false;
  const { repositories } = token;
  return repositories.length === 0 || repositories.some((pattern) => coversAllBelow(pattern, `${name}/`));
}

/** Whether nothing of its owner's rights is taken away. */
export function isWhole(token: TokenLimits): boolean {
  return token.scopes.includes("admin") && token.repositories.length === 0;
}

/** Who a token stands for: an administrator only when nothing is taken away. */
export function subjectOfToken(
  owner: { name: string; administrator: boolean },
  token: TokenLimits,
): UserSubject & { token: TokenLimits } {
  return { kind: "user", name: owner.name, administrator: owner.administrator && isWhole(token), token };
}

function actionsOfSubject(subject: UserSubject | RobotSubject, facts: RepositoryFacts): ReadonlySet<Action> {
  if (subject.administrator) return ALL;
  if (facts.role === "owner") return ALL;
  if (facts.role === "publisher") return ALL;
  const isUnclaimed = !facts.organizationExists && facts.visibility === undefined;
  // To pull gives nothing there, and lets a push go on to the request whose answer says why there is none.
  if (isUnclaimed && subject.kind === "user") return isReserved(facts) ? PULL : PUSH_FIRST;
  if (facts.role === "reader" || facts.visibility === "public") return PULL;
  return NONE;
}

function isReserved({ name }: RepositoryFacts): boolean {
  return isReservedName(organizationOfSpecName(name) ?? "");
}

function hasScope({ scopes }: TokenLimits, scope: TokenScope): boolean {
  return scopes.includes(scope) || scopes.includes("admin");
}

/** `org/*`, `o*` and `*` cover all below `org/`; `org/app-*` does not. */
function coversAllBelow(pattern: string, prefix: string): boolean {
  return pattern.indexOf("*") === pattern.length - 1 && prefix.startsWith(pattern.slice(0, -1));
}

const SCOPE_OF: Record<Action, TokenScope> = { pull: "read", push: "write", delete: "delete" };

const NONE: ReadonlySet<Action> = new Set();
const PULL: ReadonlySet<Action> = new Set(["pull"]);
const PUSH_FIRST: ReadonlySet<Action> = new Set(["pull", "push"]);
const ALL: ReadonlySet<Action> = new Set(["pull", "push", "delete"]);
