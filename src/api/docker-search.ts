import type { FastifyInstance } from "fastify";
import { runDockerSearch } from "../search/docker-search.ts";
import { callerOf } from "./caller.ts";
import { MAX_QUERY_LENGTH } from "./contract/search.ts";
import type { ApiContext } from "./context.ts";

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
    n: { type: "integer" },
    page: { type: "integer" },
  },
};

/** `GET /v1/search`: Docker's search of old registries, which both clients still speak. */
export function registerDockerSearch(api: FastifyInstance, { accounts, access, search }: ApiContext): void {
  api.get<{ Querystring: DockerSearchQuery }>(
    "/v1/search",
    { schema: { summary: "Find repositories, for docker search and podman search", querystring } },
    async (request) => {
      const reader = await access.readable(await callerOf(accounts, request));
      return runDockerSearch(search, request.query, reader);
    },
  );
}
