import type { FastifyInstance } from "fastify";
import { StatusError } from "./status.ts";

const HEADER = /^impersonate-(?:user|group|uid|extra-.*)$/;

/**
 * Refuses requests in the name of somebody else, `kubectl --as`: done as their caller, they would do what nobody meant.
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation
 */
export function refuseImpersonation(api: FastifyInstance): void {
  api.addHook("onRequest", async ({ headers }) => {
    const header = Object.keys(headers).find((name) => HEADER.test(name));
    if (header === undefined) return;
    const why = `the hub does not support impersonation (header ${header}): leave it out, and use a token of the user`;
    throw new StatusError(403, "Forbidden", `forbidden: ${why} whose request this is`);
  });
}
