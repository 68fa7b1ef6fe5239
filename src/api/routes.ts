import type { FastifyInstance } from "fastify";
import { registerAudit } from "./audit.ts";
import type { ApiContext } from "./context.ts";
import { HubInfo } from "./contract/hub.ts";
import { registerDeletions } from "./deletions.ts";
import { registerDockerSearch } from "./docker-search.ts";
import { registerIdentities } from "./identities.ts";
import { registerImages } from "./images.ts";
import { registerInvitations } from "./invitations.ts";
import { registerMembership } from "./membership.ts";
import { registerJobs } from "./jobs/routes.ts";
import { registerKubeconfig } from "./kubeconfig.ts";
import { registerMe } from "./me.ts";
import { registerOidc } from "./oidc.ts";
import { registerOpenapi } from "./openapi.ts";
import { sendProblem } from "./problem.ts";
import { registerRobots } from "./robots.ts";
import { registerSearch } from "./search.ts";
import { registerSession } from "./session.ts";
import { registerStars } from "./stars.ts";
import { registerTokens } from "./tokens.ts";
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
      registerDeletions(api, context);
      registerJobs(api, context);
      registerSession(api, context);
      registerOidc(api, context);
      registerIdentities(api, context);
      registerAudit(api, context);
      registerMe(api, context);
      registerStars(api, context);
      registerUsers(api, context);
      registerTokens(api, context);
      registerRobots(api, context);
      registerInvitations(api, context);
      registerMembership(api, context);
      registerKubeconfig(api, context);
      const schema = { summary: "What a page must know of the hub", response: { 200: HubInfo } };
      api.get("/api/v1/hub", { schema }, async () => context.info);
    },
    { bodyLimit: MAX_BODY_BYTES },
  );
}
