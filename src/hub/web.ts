import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";

const WEB_FOLDER = join(import.meta.dirname, "../../dist/web");

/** Files below `assets/` have a hash of their content in their names. */
const FOREVER = "public, max-age=31536000, immutable";

/** The web app: its files, and its one page for every address that is no other route's. */
export function registerWeb(app: FastifyInstance): void {
  const page = join(WEB_FOLDER, "index.html");
  const html = existsSync(page) ? readFileSync(page) : undefined;
  if (html) {
    void app.register(fastifyStatic, {
      root: WEB_FOLDER,
      index: false,
      // A route a file, so that every other address is a page of the app.
      wildcard: false,
      cacheControl: false,
      setHeaders: (reply, path) => {
        reply.header("cache-control", path.includes("/assets/") ? FOREVER : "no-cache");
      },
    });
  }
  app.setNotFoundHandler((request, reply) => {
    const isPage = request.method === "GET" || request.method === "HEAD";
    if (!isPage || isApi(request.url)) {
      const detail = `There is no ${request.method} ${request.url.slice(0, 300)}`;
      return reply
        .status(404)
        .type("application/problem+json")
        .send({ title: "Not found", status: 404, detail });
    }
    if (!html) return reply.status(503).send("The web app is not built: run npm run build\n");
    return reply.type("text/html; charset=utf-8").header("cache-control", "no-cache").send(html);
  });
}

function isApi(url: string): boolean {
  return /^\/(?:api|apis|v1|v2|token|assets)(?:\/|\?|$)/.test(url);
}
