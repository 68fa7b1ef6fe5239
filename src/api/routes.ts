import type { FastifyInstance } from "fastify";
import type { ApiContext } from "./context.ts";
import { HubInfo } from "./contract.ts";
import { registerDockerSearch } from "./docker-search.ts";
import { registerImages } from "./images.ts";
import { registerMe } from "./me.ts";
import { registerOpenapi } from "./openapi.ts";
import { sendProblem } from "./problem.ts";
import { registerSearch } from "./search.ts";
import { registerUsers } from "./users.ts";

/** Largest body of the JSON API. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

/** `/api/v1/…`, and `/v1/search` for docker and podman. */
export function registerApi(app: FastifyInstance, context: ApiContext): void {
  void app.register(
    async (api) => {
      api.setErrorHandler(sendProblem);
      await registerOpenapi(api, context);
      registerSearch(api, context);
      registerDockerSearch(api, context);
      registerImages(api, context);
      registerMe(api, context);
      registerUsers(api, context);
      const schema = { summary: "What a page must know of the hub", response: { 200: HubInfo } };
      api.get("/api/v1/hub", { schema }, async () => context.info);
    },
    { bodyLimit: MAX_BODY_BYTES },
  );
}
