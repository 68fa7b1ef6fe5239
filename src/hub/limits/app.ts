import type { FastifyInstance } from "fastify";
import { currentVisit } from "../../auth/visit.ts";
import type { Limits } from "./limits.ts";

/** Limits requests to the APIs; pages, health and metrics have no limit. */
export function registerLimits(app: FastifyInstance, limits: Limits): void {
  app.addHook("onRequest", async ({ url, raw: request }, { raw: response }) => {
    const visit = currentVisit();
    if (visit && LIMITED.test(url)) limits.enter(visit, { request, response });
  });
}

const LIMITED = /^\/(?:apis?|token|v1)(?:[/?]|$)/;
