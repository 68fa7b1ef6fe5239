import type { FastifyRequest } from "fastify";
import type { UserSubject } from "../auth/subject.ts";
import { userOf } from "./caller.ts";
import type { ApiContext } from "./context.ts";
import { ProblemError } from "./problem.ts";
import { requireWhole } from "./whole.ts";

/**
 * Who calls, when it must be an owner of an organization, or an administrator. An organization that is not there is
 * nobody's, so it is refused alike.
 * @param what as in "Cannot use robots"
 * @throws ProblemError 401, 403
 */
export async function ownerOf(
  { accounts, access }: Pick<ApiContext, "accounts" | "access">,
  request: FastifyRequest<{ Params: { organization: string } }>,
  what: string,
): Promise<UserSubject> {
  const subject = requireWhole(await userOf(accounts, request), what);
  const { organization } = request.params;
  if (subject.administrator || (await access.role(subject, organization)) === "owner") return subject;
  throw new ProblemError(403, "Not allowed", {
    detail: `Cannot ${what}: expected an owner of organization ${organization}`,
  });
}
