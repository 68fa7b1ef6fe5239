import type { FastifyInstance } from "fastify";
import { toDockerSearch } from "../search/docker-search.ts";
import { callerOf } from "./caller.ts";
import { MAX_QUERY_LENGTH, MAX_SEARCH_LIMIT } from "./contract.ts";
import type { ApiContext } from "./routes.ts";

/** What `docker search` and `podman search` send. */
interface DockerSearchQuery {
  q?: string;
  n?: number;
  page?: number;
}

const querystring = {
  type: "object",
  properties: {
    q: { type: "string", maxLength: MAX_QUERY_LENGTH },
    n: { type: "integer", minimum: 1 },
    page: { type: "integer", minimum: 1, maximum: 1000 },
  },
};

/** Results when a client names no number: `docker search` shows 25. */
const DEFAULT_LIMIT = 25;

/** `GET /v1/search`: Docker's search of old registries, which both clients still speak. */
export function registerDockerSearch(api: FastifyInstance, { accounts, access, search }: ApiContext): void {
  api.get<{ Querystring: DockerSearchQuery }>("/v1/search", { schema: { querystring } }, async (request) => {
    const reader = await access.readable(await callerOf(accounts, request));
    const { q = "", n = DEFAULT_LIMIT, page = 1 } = request.query;
    const pageSize = Math.min(n, MAX_SEARCH_LIMIT);
    const result = search.search({ q, limit: pageSize }, reader);
    return toDockerSearch(result, { query: q, page, pageSize });
  });
}
