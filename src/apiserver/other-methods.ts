import type { FastifyInstance } from "fastify";
import { StatusError } from "./status.ts";

/** In the order in which an answer names them. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/**
 * Refuses all methods that addresses do not take yet: 405, before it is asked who asks for what, as Kubernetes does, so
 * that it tells nothing of what is there.
 */
export function refuseOtherMethods(api: FastifyInstance, urls: string[]): void {
  for (const url of urls) {
    const taken = METHODS.filter((method) => api.hasRoute({ method, url }));
    const others = METHODS.filter((method) => !taken.includes(method));
    api.route({
      method: others,
      url,
      handler: async (_request, reply) => {
        // RFC 9110 §15.5.6: a 405 names what is taken.
        reply.header("allow", taken.join(", "));
        throw new StatusError(405, "MethodNotAllowed", NOT_ALLOWED, { about: {} });
      },
    });
  }
}

const NOT_ALLOWED = "the server does not allow this method on the requested resource";
