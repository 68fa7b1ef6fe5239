import type { FastifyInstance } from "fastify";
import { InvalidContinueError } from "../search/errors.ts";
import { callerOf } from "./caller.ts";
import { DEFAULT_SEARCH_LIMIT, MAX_QUERY_LENGTH, SearchQuery } from "./contract.ts";
import { ProblemError } from "./problem.ts";
import type { ApiContext } from "./context.ts";

/** `GET /api/v1/search` and `GET /api/v1/suggest`: anybody, each seeing what it may read. */
export function registerSearch(api: FastifyInstance, { accounts, access, search }: ApiContext): void {
  api.get<{ Querystring: SearchQuery }>(
    "/api/v1/search",
    { schema: { querystring: SearchQuery } },
    async (request) => {
      const reader = await access.readable(await callerOf(accounts, request));
      try {
        return search.search({ limit: DEFAULT_SEARCH_LIMIT, ...request.query }, reader);
      } catch (error) {
        if (!(error instanceof InvalidContinueError)) throw error;
        throw new ProblemError(400, "Bad request", {
          detail: error.message,
          field: "continue",
          cause: error,
        });
      }
    },
  );

  api.get<{ Querystring: { q?: string } }>(
    "/api/v1/suggest",
    {
      schema: {
        querystring: { type: "object", properties: { q: { type: "string", maxLength: MAX_QUERY_LENGTH } } },
      },
    },
    async (request) => {
      const reader = await access.readable(await callerOf(accounts, request));
      return { names: search.suggest(request.query.q ?? "", reader) };
    },
  );
}
