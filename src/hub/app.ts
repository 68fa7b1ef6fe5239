import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from "fastify";
import { randomUUID } from "node:crypto";
import type { HubInfo } from "../api/contract.ts";
import { sendProblem } from "../api/problem.ts";
import { registerApi } from "../api/routes.ts";
import { registerApiserver } from "../apiserver/routes.ts";
import { createTokenIssuer, registerTokenRoute } from "../auth/token-route.ts";
import type { HubContext } from "./context.ts";
import { registerHealth } from "./health.ts";
import type { Metrics } from "./metrics.ts";
import { registerSecurityHeaders } from "./security-headers.ts";
import { registerWeb } from "./web.ts";

/** A path parameter may be a digest of 135 characters, or a name of 255 written in percent escapes. */
const MAX_PARAMETER_LENGTH = 1024;

/** Everything but `/v2`: token route, APIs, health, metrics and the web app. */
export async function createApp(
  context: HubContext,
  options: { info: HubInfo; metrics: Metrics; stopping: AbortSignal },
): Promise<FastifyInstance> {
  const { info, metrics, stopping } = options;
  const app = Fastify({
    loggerInstance: context.logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    // An address that cannot be read is no route's, so that no route's own form fits.
    frameworkErrors: sendProblem,
    genReqId: () => randomUUID(),
    // What a schema does not name is refused, not left out unsaid.
    ajv: { customOptions: { removeAdditional: false } },
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH, ignoreTrailingSlash: true },
  });
  registerSecurityHeaders(app, context.config);
  registerHealth(app, { ...context, stopping });
  app.get("/metrics", async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  registerTokenRoute(app, createTokenIssuer(context));
  registerApi(app, { ...context, info });
  registerApiserver(app, { ...context, stopping });
  registerWeb(app);
  await app.ready();
  return app;
}
