import type { FastifyRequest } from "fastify";
import { UnauthenticatedError } from "../auth/errors.ts";
import type { SessionAccounts } from "../auth/session-accounts.ts";
import type { RobotSubject, Subject, UserSubject } from "../auth/subject.ts";
import { notLoggedIn, ProblemError } from "./problem.ts";

type Accounts = Pick<SessionAccounts, "identify">;

/** Who calls the JSON API; without credentials, anonymous. @throws ProblemError 401, CrossOriginError */
export async function callerOf(accounts: Accounts, request: FastifyRequest): Promise<Subject> {
  try {
    return await accounts.identify(request.raw);
  } catch (error) {
    throw error instanceof UnauthenticatedError ? notLoggedIn(error) : error;
  }
}

/** Who calls, when it must be somebody with an account. @throws ProblemError 401, 403 */
export async function userOf(accounts: Accounts, request: FastifyRequest): Promise<UserSubject> {
  const subject = await loggedInOf(accounts, request);
  if (subject.kind === "user") return subject;
  throw new ProblemError(403, "Not allowed", {
    detail: `Cannot answer robot ${subject.name}: this is of accounts, and a robot has none`,
  });
}

/** Who calls, when it must be somebody, a robot as well. @throws ProblemError 401 */
export async function loggedInOf(
  accounts: Accounts,
  request: FastifyRequest,
): Promise<UserSubject | RobotSubject> {
  const subject = await callerOf(accounts, request);
  if (subject.kind !== "anonymous") return subject;
  throw new ProblemError(401, "Not logged in", {
    detail: "Cannot answer anonymous callers: log in with a name and password",
  });
}
