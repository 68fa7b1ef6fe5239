import type { FastifyInstance, FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { Account } from "../auth/account-rows.ts";
import { requireAdministrator } from "./administrator.ts";
import { callerOf } from "./caller.ts";
import { NewPasswordReset, PasswordReset } from "./contract/password-reset.ts";
import { UserDeletion, UserDeletionQuery } from "./contract/user-deletion.ts";
import {
  ChangedUser,
  DEFAULT_USERS_LIMIT,
  NewUser,
  RegisteredUser,
  UserAccount,
  UserPath,
  UserPage,
  UsersQuery,
} from "./contract/users.ts";
import { registerByInvitation } from "./joining.ts";
import { notFound, orNotAcceptable, ProblemError } from "./problem.ts";
import type { ApiContext } from "./context.ts";
import { deleteUser } from "./user-deletion.ts";

/** An account has no more to say, and anybody may send one. */
const MAX_BODY_BYTES = 16 * 1024;

/** `/api/v1/users`: anybody registers where registration is open, and by an invitation; the rest is for administrators. */
export function registerUsers(api: FastifyInstance, context: ApiContext): void {
  const { accounts, accountAdministration: administration, passwordResets, info, baseUrl } = context;
  const administrator = async (request: FastifyRequest) =>
    requireAdministrator(await callerOf(accounts, request), "manage users");

  async function find(name: string): Promise<Account> {
    const account = await accounts.find(name);
    if (!account) throw notFound(`user ${name}`);
    return account;
  }

  api.post<{ Body: NewUser }>(
    "/api/v1/users",
    {
      schema: { summary: "Register", body: NewUser, response: { 201: RegisteredUser } },
      bodyLimit: MAX_BODY_BYTES,
    },
    async (request, reply) => {
      const subject = await callerOf(accounts, request);
      const isAdministrator = subject.kind === "user" && subject.administrator;
      const { invitation, ...account } = request.body;
      if (invitation !== undefined) {
        await orNotAcceptable(registerByInvitation(context, account, invitation));
        return reply.status(201).send({ name: account.name });
      }
      if (info.registration === "closed" && !isAdministrator) {
        throw new ProblemError(403, "Registration is closed", {
          detail:
            "Cannot register: ask an administrator of this hub for an account, or an organization for an invitation",
        });
      }
      await orNotAcceptable(accounts.register(account));
      return reply.status(201).send({ name: account.name });
    },
  );

  api.get<{ Querystring: UsersQuery }>(
    "/api/v1/users",
    { schema: { summary: "Accounts, by name", querystring: UsersQuery, response: { 200: UserPage } } },
    async (request): Promise<UserPage> => {
      await administrator(request);
      const { q: text, limit = DEFAULT_USERS_LIMIT, continue: after } = request.query;
      const found = await administration.list({ limit: limit + 1, after, text });
      const page = found.slice(0, limit);
      const last = page.at(-1);
      return { items: page.map(showAccount), ...(found.length > limit && last && { continue: last.name }) };
    },
  );

  api.patch<{ Params: UserPath; Body: ChangedUser }>(
    "/api/v1/users/:name",
    {
      schema: {
        summary: "Disable an account, or let its user in again",
        params: UserPath,
        body: ChangedUser,
        response: { 200: UserAccount },
      },
    },
    async (request): Promise<UserAccount> => {
      await administrator(request);
      const { disabled } = request.body;
      const account = await find(request.params.name);
      if (disabled && account.administrator) {
        throw new ProblemError(409, "Conflict", {
          detail: `Cannot disable ${account.name}: the hub would have no administrator`,
        });
      }
      const changed = await administration.setDisabled(account.name, disabled);
      if (!changed) throw notFound(`user ${account.name}`);
      return showAccount(changed);
    },
  );

  api.delete<{ Params: UserPath; Querystring: UserDeletionQuery }>(
    "/api/v1/users/:name",
    {
      schema: {
        summary: "Delete an account; what was pushed stays",
        params: UserPath,
        querystring: UserDeletionQuery,
        response: { 200: UserDeletion },
      },
    },
    async (request): Promise<UserDeletion> => {
      await administrator(request);
      return deleteUser(context, await find(request.params.name), request.query);
    },
  );

  api.post<{ Params: UserPath }>(
    "/api/v1/users/:name/password-reset",
    {
      schema: {
        summary: "Make a code by which a user sets a new password, once; it is shown now, and never again",
        params: UserPath,
        response: { 201: PasswordReset },
      },
    },
    async (request, reply) => {
      const { name: by } = await administrator(request);
      const { name } = request.params;
      const made = await passwordResets.create(name, { by });
      if (!made) throw notFound(`user ${name}`);
      const { code, expiresAt } = made;
      // After the #, which browsers keep to themselves: the code gets into no log.
      const url = `${baseUrl(request.raw)}/password-reset#${code}`;
      return reply
        .status(201)
        .header("cache-control", "no-store")
        .send({ code, url, expiresAt: new Date(expiresAt).toISOString() });
    },
  );

  api.put<{ Body: NewPasswordReset }>(
    "/api/v1/password-reset",
    {
      schema: {
        summary: "Set a new password by a code; all sessions of its user end",
        body: NewPasswordReset,
        response: { 204: Type.Null() },
      },
      bodyLimit: MAX_BODY_BYTES,
    },
    async (request, reply) => {
      const { code, password } = request.body;
      await orNotAcceptable(passwordResets.use(code, password));
      return reply.status(204).send();
    },
  );
}

function showAccount({ name, displayName, administrator, disabled, createdAt }: Account): UserAccount {
  return {
    name,
    ...(displayName !== "" && { displayName }),
    administrator,
    disabled,
    createdAt: new Date(createdAt).toISOString(),
  };
}
