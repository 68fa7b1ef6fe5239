import type { FastifyInstance } from "fastify";
import { InvalidContinueError } from "../search/errors.ts";
import { callerOf } from "./caller.ts";
import {
  DEFAULT_SEARCH_LIMIT,
  SearchQuery,
  SearchResponse,
  SuggestQuery,
  SuggestResponse,
} from "./contract/search.ts";
import { ProblemError } from "./problem.ts";
import type { ApiContext } from "./context.ts";

/** `GET /api/v1/search` and `GET /api/v1/suggest`: anybody, each seeing what it may read. */
export function registerSearch(api: FastifyInstance, { accounts, access, search }: ApiContext): void {
  api.get<{ Querystring: SearchQuery }>(
    "/api/v1/search",
    {
      schema: {
        summary: "Find repositories",
        querystring: SearchQuery,
        response: { 200: SearchResponse },
      },
    },
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

  api.get<{ Querystring: SuggestQuery }>(
    "/api/v1/suggest",
    {
      schema: {
        summary: "Up to eight names, while somebody types",
        querystring: SuggestQuery,
        response: { 200: SuggestResponse },
      },
    },
    async (request) => {
      const reader = await access.readable(await callerOf(accounts, request));
      return { names: search.suggest(request.query.q ?? "", reader) };
    },
  );
}
