import type { FastifyInstance } from "fastify";
import type { Access } from "../auth/access.ts";
import type { Accounts } from "../auth/accounts.ts";
import type { Content } from "../content/content.ts";
import type { Search } from "../search/search.ts";
import type { HubInfo } from "./contract.ts";
import { registerDockerSearch } from "./docker-search.ts";
import { registerImages, type ReadmeReader } from "./images.ts";
import { registerMe } from "./me.ts";
import { sendProblem } from "./problem.ts";
import { registerSearch } from "./search.ts";
import { registerUsers } from "./users.ts";

/** What the routes of the JSON API work with. */
export interface ApiContext {
  info: HubInfo;
  accounts: Accounts;
  access: Access;
  content: Content;
  search: Search;
  /** The whole README of an image, past what its resource holds. */
  readReadme: ReadmeReader;
}

/** Largest body of the JSON API. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

/** `/api/v1/…`, and `/v1/search` for docker and podman. */
export function registerApi(app: FastifyInstance, context: ApiContext): void {
  void app.register(
    async (api) => {
      api.setErrorHandler(sendProblem);
      registerSearch(api, context);
      registerDockerSearch(api, context);
      registerImages(api, context);
      registerMe(api, context);
      registerUsers(api, context);
      api.get("/api/v1/hub", async () => context.info);
    },
    { bodyLimit: MAX_BODY_BYTES },
  );
}
