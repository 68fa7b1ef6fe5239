import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { TooManyTokensError } from "../auth/errors.ts";
import type { TokenRecord } from "../auth/token-rows.ts";
import { userOf } from "./caller.ts";
import type { ApiContext } from "./context.ts";
import { ChangedToken, NewToken, Token, TokenList, TokenPath, TokenShownOnce } from "./contract/tokens.ts";
import { parseExpiry, showTime } from "./times.ts";
import { notFound, ProblemError } from "./problem.ts";
import { requireWhole } from "./whole.ts";

const USE_TOKENS = "use tokens";

/** `/api/v1/tokens`: each user's own. */
export function registerTokens(api: FastifyInstance, { accounts, personalTokens }: ApiContext): void {
  api.get(
    "/api/v1/tokens",
    { schema: { summary: "Your tokens, the newest first", response: { 200: TokenList } } },
    async (request): Promise<TokenList> => {
      const { name } = requireWhole(await userOf(accounts, request), USE_TOKENS);
      return { items: (await personalTokens.list(name)).map(showToken) };
    },
  );

  api.post<{ Body: NewToken }>(
    "/api/v1/tokens",
    {
      schema: {
        summary: "Make a token; its text is shown now, and never again",
        body: NewToken,
        response: { 201: TokenShownOnce },
      },
    },
    async (request, reply) => {
      const { name: owner } = requireWhole(await userOf(accounts, request), USE_TOKENS);
      const { name, scopes, repositories = [], expiresAt } = request.body;
      const words = { name, scopes, repositories, expiresAt: parseExpiry(expiresAt) };
      const { token, ...record } = await orTooMany(personalTokens.create(owner, words));
      return reply
        .status(201)
        .header("cache-control", "no-store")
        .send({ ...showToken(record), token });
    },
  );

  api.patch<{ Params: TokenPath; Body: ChangedToken }>(
    "/api/v1/tokens/:id",
    {
      schema: {
        summary: "Change a token of yours, at once wherever it is used",
        params: TokenPath,
        body: ChangedToken,
        response: { 200: Token },
      },
    },
    async (request): Promise<Token> => {
      const { name: owner } = requireWhole(await userOf(accounts, request), USE_TOKENS);
      const { expiresAt, ...rest } = request.body;
      const words = { ...rest, ...(expiresAt !== undefined && { expiresAt: parseExpiry(expiresAt) }) };
      const changed = await personalTokens.change(owner, request.params.id, words);
      if (!changed) throw notFound(`token ${request.params.id}`);
      return showToken(changed);
    },
  );

  api.delete<{ Params: TokenPath }>(
    "/api/v1/tokens/:id",
    {
      schema: {
        summary: "Revoke a token of yours, and those that it asked for",
        params: TokenPath,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const subject = await userOf(accounts, request);
      // Whoever has a token may end it.
      if (subject.token?.id !== id) requireWhole(subject, USE_TOKENS);
      if (!(await personalTokens.delete(subject.name, id))) throw notFound(`token ${id}`);
      return reply.status(204).send();
    },
  );
}

/** @throws ProblemError 409 when the owner has as many as anybody may have */
export async function orTooMany<T>(created: Promise<T>): Promise<T> {
  try {
    return await created;
  } catch (error) {
    if (!(error instanceof TooManyTokensError)) throw error;
    throw new ProblemError(409, "Too many tokens", { detail: error.message, cause: error });
  }
}

function showToken({ id, name, scopes, repositories, createdAt, ...times }: TokenRecord): Token {
  const { expiresAt, lastUsedAt } = times;
  return {
    id,
    name,
    scopes: [...scopes],
    repositories: [...repositories],
    createdAt: showTime(createdAt),
    ...(expiresAt !== undefined && { expiresAt: showTime(expiresAt) }),
    ...(lastUsedAt !== undefined && { lastUsedAt: showTime(lastUsedAt) }),
  };
}
