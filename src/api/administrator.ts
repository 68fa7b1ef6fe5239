import type { Subject, UserSubject } from "../auth/subject.ts";
import { ProblemError } from "./problem.ts";

/**
 * What administrators alone do.
 * @param what as in "Cannot use jobs"
 * @throws ProblemError 401, 403
 */
export function requireAdministrator(subject: Subject, what: string): UserSubject {
  if (subject.kind === "anonymous") {
    throw new ProblemError(401, "Not logged in", {
      detail: `Cannot ${what}: log in as an administrator of this hub`,
    });
  }
  if (subject.administrator) return subject;
  throw new ProblemError(403, "Not allowed", {
    detail: `Cannot ${what}: ${subject.name} is no administrator of this hub`,
  });
}
