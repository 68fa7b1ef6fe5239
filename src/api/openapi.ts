import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import type { ApiContext } from "./context.ts";
import { Problem } from "./contract.ts";

/** Addresses with a repository's name, whose slashes a route matches by `*`. */
const WILDCARD = "/api/v1/images/*";
const WILDCARD_SHOWN = "/api/v1/images/{repository}/-/{reference}/readme";

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
        securitySchemes: { basic: { type: "http", scheme: "basic", description: "User name and password." } },
        responses: {
          Problem: { description: "An error.", content: { "application/problem+json": { schema: Problem } } },
        },
      },
      security: [{}, { basic: [] }],
    },
    transform: ({ schema, url }) => ({ schema, url: url === WILDCARD ? WILDCARD_SHOWN : url }),
  });
  // Schemas of answers describe them; they must not drop a field that one forgot.
  api.setSerializerCompiler(() => JSON.stringify);
  api.get("/api/v1/openapi.json", { schema: { hide: true } }, async () => api.swagger());
}
