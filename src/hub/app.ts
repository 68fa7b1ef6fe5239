import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from "fastify";
import { randomUUID } from "node:crypto";
import type { HubInfo } from "../api/contract/hub.ts";
import { registerApi } from "../api/routes.ts";
import { registerApiserver } from "../apiserver/routes.ts";
import type { KubernetesEndpoint } from "../auth/kubeconfig.ts";
import { registerKeySet } from "../auth/key-set-route.ts";
import { withOperatorToken } from "../auth/operator-token.ts";
import { withSessions } from "../auth/session-accounts.ts";
import { createTokenIssuer } from "../auth/token-issuer.ts";
import { registerTokenRoute } from "../auth/token-route.ts";
import { registerAuditHook } from "./audit/app.ts";
import type { HubContext } from "./context.ts";
import { registerHealth } from "./health.ts";
import { registerLimits } from "./limits/app.ts";
import type { Proxy } from "./proxy.ts";
import { createRemoveContent } from "./remove-content.ts";
import type { Metrics } from "./metrics.ts";
import { refuseNul } from "./refuse-nul.ts";
import { registerSecurityHeaders } from "./security-headers.ts";
import { sendUnrouted } from "./unrouted.ts";
import { registerWeb } from "./web.ts";

/** Bodies are parsed before it is known that no route takes them; APIs that take larger ones say so. */
const MAX_BODY_BYTES = 64 * 1024;

/** A path parameter may be a digest of 135 characters, or a name of 255 written in percent escapes. */
const MAX_PARAMETER_LENGTH = 1024;

export interface AppOptions {
  info: HubInfo;
  metrics: Metrics;
  operatorToken: string;
  stopping: AbortSignal;
  baseUrl: Proxy["baseUrl"];
  /** Asked at each kubeconfig: the hub's own address is known only when it listens. */
  kubernetesEndpoint: () => KubernetesEndpoint | undefined;
}

/** Everything but `/v2`: token route, APIs, health, metrics and the web app. */
export async function createApp(context: HubContext, options: AppOptions): Promise<FastifyInstance> {
  const { info, metrics, operatorToken, stopping, baseUrl, kubernetesEndpoint } = options;
  const app = Fastify({
    loggerInstance: context.logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: sendUnrouted,
    bodyLimit: MAX_BODY_BYTES,
    genReqId: () => randomUUID(),
    // What a schema does not name is refused, not left out unsaid.
    ajv: { customOptions: { removeAdditional: false, discriminator: true } },
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH, ignoreTrailingSlash: true },
  });
  app.setErrorHandler(sendUnrouted);
  refuseNul(app);
  registerSecurityHeaders(app, context.config);
  registerAuditHook(app, context.audit);
  registerLimits(app, context.limits);
  registerHealth(app, { ...context, stopping });
  app.get("/metrics", async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  registerKeySet(app, context.signingKeys);
  registerTokenRoute(app, createTokenIssuer(context));
  // For the APIs alone: who may push and pull is asked with passwords.
  const accounts = withSessions(withOperatorToken(context.accounts, operatorToken), { ...context, baseUrl });
  const isFramed = context.config.frameAncestors.length > 0;
  registerApi(app, { ...context, accounts, info, kubernetesEndpoint, baseUrl, isFramed });
  registerApiserver(app, {
    ...context,
    accounts,
    removeContent: createRemoveContent({ ...context, tags: context.content.tags }),
    version: info.version,
    stopping,
  });
  registerWeb(app);
  await app.ready();
  return app;
}
