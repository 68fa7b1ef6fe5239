import type { FastifyRequest } from "fastify";
import type { Accounts } from "../auth/accounts.ts";
import { authenticate } from "../auth/credentials.ts";
import { UnauthenticatedError } from "../auth/errors.ts";
import type { Subject } from "../auth/subject.ts";
import { ProblemError } from "./problem.ts";

/** Who calls the JSON API; without credentials, anonymous. @throws ProblemError 401 */
export async function callerOf(accounts: Accounts, request: FastifyRequest): Promise<Subject> {
  try {
    return await authenticate(accounts, request.headers.authorization);
  } catch (error) {
    if (!(error instanceof UnauthenticatedError)) throw error;
    throw new ProblemError(401, "Not logged in", { detail: error.message, cause: error });
  }
}
