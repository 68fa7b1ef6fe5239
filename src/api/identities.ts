import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { Account } from "../auth/account-rows.ts";
import type { LinkedIdentity } from "../auth/oidc/identities.ts";
import { OidcError } from "../auth/oidc/errors.ts";
import { userOf } from "./caller.ts";
import type { ApiContext } from "./context.ts";
import { BegunLink, IdentityList, IdentityPath } from "./contract/identities.ts";
import { beginOidc, requireOidc } from "./oidc.ts";
import { notFound, ProblemError } from "./problem.ts";
import { showTime } from "./times.ts";
import { requireWhole } from "./whole.ts";

const USE_IDENTITIES = "use the links of your account";

/** `/api/v1/identities`: by what else than a password the caller logs in; each user's own. */
export function registerIdentities(api: FastifyInstance, context: ApiContext): void {
  const { accounts, identities } = context;

  api.get(
    "/api/v1/identities",
    { schema: { summary: "By what you log in", response: { 200: IdentityList } } },
    async (request): Promise<IdentityList> => {
      const { name } = requireWhole(await userOf(accounts, request), USE_IDENTITIES);
      const account = await accountOf(name);
      return { items: (await listOf(account)).map(showIdentity), hasPassword: account.hasPassword };
    },
  );

  api.post(
    "/api/v1/identities",
    { schema: { summary: "Begin to link your account to the provider", response: { 200: BegunLink } } },
    async (request, reply) => {
      const { name: user, session } = requireWhole(await userOf(accounts, request), USE_IDENTITIES);
      const oidc = requireOidc(context);
      if (session === undefined) throw notByPage();
      const next = "/account?view=settings";
      const begun = beginOidc(context, { oidc, request, reply, next, link: { user, session } });
      const url = await begun.catch(asProblem);
      return reply.header("cache-control", "no-store").send({ url });
    },
  );

  api.delete<{ Params: IdentityPath }>(
    "/api/v1/identities/:id",
    { schema: { summary: "End a link", params: IdentityPath, response: { 204: Type.Null() } } },
    async (request, reply) => {
      const { name } = requireWhole(await userOf(accounts, request), USE_IDENTITIES);
      const { id } = request.params;
      const found = (await listOf(await accountOf(name))).find((identity) => identity.id === id);
      if (!found) throw notFound(`link ${id}`);
      if (found.isLast) throw lastWay();
      await identities.delete(name, id);
      return reply.status(204).send();
    },
  );

  async function accountOf(name: string): Promise<Account> {
    const account = await accounts.find(name);
    if (!account) throw notFound(`user ${name}`);
    return account;
  }

  /** Of a provider that the hub has no more, a link is no way to log in. */
  async function listOf({ name, hasPassword }: Account): Promise<ShownIdentity[]> {
    return (await identities.list(name)).map((identity) => {
      const isUsable = identity.issuer === context.oidc?.issuer;
      return { ...identity, isUsable, isLast: isUsable && !hasPassword };
    });
  }
}

type ShownIdentity = LinkedIdentity & { isUsable: boolean; isLast: boolean };

function showIdentity({ id, issuer, shownAs, createdAt, usedAt, isUsable, isLast }: ShownIdentity) {
  return { id, issuer, shownAs, createdAt: showTime(createdAt), usedAt: showTime(usedAt), isUsable, isLast };
}

function notByPage(): ProblemError {
  return new ProblemError(403, "Not allowed", {
    detail:
      "Cannot link the account by a password or a token: log in on the hub's page, and link it in its settings",
  });
}

function lastWay(): ProblemError {
  return new ProblemError(409, "Conflict", {
    detail:
      "Cannot end the link: your account has no password, so you could not log in any more; ask an administrator for a code that sets one",
  });
}

function asProblem(error: unknown): never {
  if (!(error instanceof OidcError)) throw error;
  throw new ProblemError(502, "The provider does not answer", {
    detail: "Cannot begin to link the account: the provider does not answer; try again later",
    cause: error,
  });
}
