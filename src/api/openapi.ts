import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import { SESSION_COOKIE } from "../auth/session-cookie.ts";
import type { ApiContext } from "./context.ts";
import { Problem } from "./contract/problem.ts";

/** Addresses with a repository's name, whose slashes a route matches by `*`, and how they are shown. */
const WILDCARDS: Record<string, string> = {
  "/api/v1/images/*": "/api/v1/images/{repository}/-/{reference}/readme",
  "/api/v1/stars/*": "/api/v1/stars/{repository}",
};

/** `GET /api/v1/openapi.json`: the routes that are registered after this, by their own schemas; anybody. */
export async function registerOpenapi(api: FastifyInstance, { info }: ApiContext): Promise<void> {
  await api.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "ImageHub JSON API",
        version: info.version,
        description: "What is not a resource; resources are at /apis/imagehub.sealos.io/v1.",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      components: {
        securitySchemes: {
          basic: { type: "http", scheme: "basic", description: "User name, and password or token." },
          bearer: {
            type: "http",
            scheme: "bearer",
            description: "A personal token, ihp_…, or a robot's, iht_…",
          },
          session: {
            type: "apiKey",
            in: "cookie",
            name: SESSION_COOKIE,
            description: "Of `POST /api/v1/session`, with requests of the hub's own pages.",
          },
        },
        responses: {
          Problem: { description: "An error.", content: { "application/problem+json": { schema: Problem } } },
        },
      },
      security: [{}, { basic: [] }, { bearer: [] }, { session: [] }],
    },
    transform: ({ schema, url }) => ({ schema, url: WILDCARDS[url] ?? url }),
  });
  // Schemas of answers describe them; they must not drop a field that one forgot.
  api.setSerializerCompiler(() => JSON.stringify);
  api.get("/api/v1/openapi.json", { schema: { hide: true } }, async () => api.swagger());
}
