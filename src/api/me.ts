import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { Subject } from "../auth/subject.ts";
import { findResource } from "../resource-store/find-resource.ts";
import { callerOf, userOf } from "./caller.ts";
import type { ApiContext } from "./context.ts";
import { ChangedMe, ChangedPassword, Me, OwnDeletion } from "./contract/me.ts";
import { UserDeletion, UserDeletionQuery } from "./contract/user-deletion.ts";
import { changeOwnUser } from "./own-user.ts";
import { notFound, orNotAcceptable, ProblemError } from "./problem.ts";
import { deleteUser } from "./user-deletion.ts";
import { requireWhole } from "./whole.ts";

/** Two passwords. */
const MAX_BODY_BYTES = 16 * 1024;

/** `/api/v1/me`: the caller's own account. */
export function registerMe(api: FastifyInstance, context: ApiContext): void {
  const { accounts } = context;
  api.get(
    "/api/v1/me",
    { schema: { summary: "Who the caller is", response: { 200: Me } } },
    async (request, reply) =>
      reply
        .header("cache-control", "no-store")
        .send(await describeMe(context, await callerOf(accounts, request))),
  );

  api.patch<{ Body: ChangedMe }>(
    "/api/v1/me",
    { schema: { summary: "Change how you are shown", body: ChangedMe, response: { 200: Me } } },
    async (request) => {
      const subject = await userOf(accounts, request);
      await changeOwnUser(context, subject, (spec) => withoutEmpty({ ...spec, ...request.body }));
      return describeMe(context, subject);
    },
  );

  api.put<{ Body: ChangedPassword }>(
    "/api/v1/me/password",
    {
      schema: {
        summary: "Change your password; your other sessions end",
        body: ChangedPassword,
        response: { 204: Type.Null() },
      },
      bodyLimit: MAX_BODY_BYTES,
    },
    async (request, reply) => {
      const { name, token, session } = await userOf(accounts, request);
      if (token) {
        throw new ProblemError(403, "Not allowed", {
          detail: "Cannot change the password by a token: log in with the password",
        });
      }
      await orNotAcceptable(
        accounts.changePassword(name, {
          ...request.body,
          keptSession: session,
        }),
      );
      return reply.status(204).send();
    },
  );
  registerOwnDeletion(api, context);
}

/** By its password, which a session that somebody took does not tell. */
function registerOwnDeletion(api: FastifyInstance, context: ApiContext): void {
  const { accounts } = context;
  api.delete<{ Querystring: UserDeletionQuery; Body: OwnDeletion }>(
    "/api/v1/me",
    {
      schema: {
        summary: "Delete your account; what you pushed stays",
        querystring: UserDeletionQuery,
        body: OwnDeletion,
        response: { 200: UserDeletion },
      },
      bodyLimit: MAX_BODY_BYTES,
    },
    async (request): Promise<UserDeletion> => {
      const { name } = requireWhole(await userOf(accounts, request), "delete the account");
      const { password } = request.body;
      const account = await accounts.find(name);
      if (!account) throw notFound(`user ${name}`);
      if (!account.hasPassword) throw noPassword();
      await orNotAcceptable(accounts.confirmPassword(name, password));
      return deleteUser(context, account, request.query);
    },
  );
}

function noPassword(): ProblemError {
  return new ProblemError(409, "Conflict", {
    detail:
      "Cannot delete the account: it has no password to confirm it by; ask an administrator to delete it, or for a code that sets a password",
  });
}

/** What a caller is told of itself. */
export async function describeMe({ accounts, access, store }: ApiContext, subject: Subject): Promise<Me> {
  const organizations = await access.memberships(subject);
  if (subject.kind === "anonymous") return { name: "", administrator: false, organizations };
  const { name, administrator, token } = subject;
  const spec = (await findResource(store, "User", name))?.spec;
  const displayName = spec ? spec.displayName : (await accounts.find(name))?.displayName;
  return {
    name,
    administrator,
    organizations,
    ...(displayName && { displayName }),
    ...(spec?.icon && { icon: spec.icon }),
    ...(token && { tokenId: token.id }),
  };
}

function withoutEmpty<T extends object>(spec: T): T {
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== "")) as T;
}
