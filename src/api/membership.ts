import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { Member } from "../resources/organization.ts";
import { userOf } from "./caller.ts";
import type { ApiContext } from "./context.ts";
import { OrganizationPath } from "./contract/organizations.ts";
import { changeMembers } from "./members.ts";
import { notFound, ProblemError } from "./problem.ts";
import { requireWhole } from "./whole.ts";

/** `DELETE /api/v1/organizations/{organization}/membership`: each user's own. */
export function registerMembership(api: FastifyInstance, context: ApiContext): void {
  const schema = {
    summary: "Leave an organization",
    params: OrganizationPath,
    response: { 204: Type.Null() },
  };
  api.delete<{ Params: OrganizationPath }>(
    "/api/v1/organizations/:organization/membership",
    { schema },
    async (request, reply) => {
      const { organization } = request.params;
      const user = requireWhole(await userOf(context.accounts, request), "leave an organization");
      const isMember = (await context.access.role(user, organization)) !== undefined;
      await changeMembers(context, organization, async (members) => {
        const { own, others } = take(organization, members, { name: user.name, isMember });
        if (own.role === "owner" && !(await context.policies.hasOwner(others)))
          throw lastOwner(organization, others);
        return others;
      });
      return reply.status(204).send();
    },
  );
}

function take(
  organization: string,
  members: readonly Member[],
  { name, isMember }: { name: string; isMember: boolean },
): { own: Member; others: Member[] } {
  const isOwn = (member: Member): boolean => member.kind === "User" && member.name === name;
  const own = members.find(isOwn);
  if (own) return { own, others: members.filter((member) => !isOwn(member)) };
  throw isMember ? memberByGroup(organization) : notFound(`your membership in organization ${organization}`);
}

function lastOwner(organization: string, others: readonly Member[]): ProblemError {
  const why = others.some(({ role }) => role === "owner")
    ? "no other owner that it names is there"
    : "you are its last owner";
  return new ProblemError(409, "Conflict", {
    detail: `Cannot leave ${organization}: ${why}; make another member owner first, or delete it`,
  });
}

function memberByGroup(organization: string): ProblemError {
  return new ProblemError(409, "Conflict", {
    detail: `Cannot leave ${organization}: you are a member of it by a group, which you leave where that is kept; or an owner of ${organization} takes the group out`,
  });
}
