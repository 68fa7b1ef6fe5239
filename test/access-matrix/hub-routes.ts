import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { FastifyInstance, RouteOptions } from "fastify";
import { METHODS } from "../../src/registry/handlers.ts";
import { KINDS, type Kind } from "../../src/resources/kinds.ts";

/**
 * Every route of a hub that `start` starts, read from its web framework as it registers them, and from the registry's
 * own table: `GET /api/v1/me`, `PUT /v2 manifest`. A kind's plural stands where the Kubernetes API has a parameter.
 */
export async function hubRoutes<T>(start: () => Promise<T>): Promise<{ hub: T; routes: string[] }> {
  const routes = Object.entries(METHODS).flatMap(([noun, methods]) =>
    Object.keys(methods).map((method) => `${method} /v2 ${noun}`),
  );
  const listen = (message: unknown): void => {
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook("onRoute", (route) => void routes.push(...namesOf(route)));
  };
  subscribe("fastify.initialization", listen);
  const hub = await start();
  unsubscribe("fastify.initialization", listen);
  return { hub, routes };
}

function namesOf({ method, url }: RouteOptions): string[] {
  const urls = url.includes("/:plural") ? PLURALS.map((plural) => url.replace(":plural", plural)) : [url];
  // The framework answers HEAD as GET, without the body.
  const methods = [method].flat().filter((each) => each !== "HEAD");
  return methods.flatMap((each) => urls.map((at) => `${each} ${at}`));
}

const PLURALS = (Object.keys(KINDS) as Kind[]).map((kind) => KINDS[kind].plural);
