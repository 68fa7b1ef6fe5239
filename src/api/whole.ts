import { isWhole } from "../auth/access-policy.ts";
import type { UserSubject } from "../auth/subject.ts";
import { ProblemError } from "./problem.ts";

/**
 * What a user does to its own account: a token that is less than its owner must not make itself another that is more.
 * @param what as in "Cannot use tokens"
 * @throws ProblemError 403
 */
export function requireWhole(subject: UserSubject, what: string): UserSubject {
  if (!subject.token || isWhole(subject.token)) return subject;
  throw new ProblemError(403, "Not allowed", {
    detail: `Cannot ${what}: your token is limited; log in with the password, or a token that has scope admin and all repositories`,
  });
}
