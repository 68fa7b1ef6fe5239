import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";

const WEB_FOLDER = join(import.meta.dirname, "../../dist/web");

/** A page that needs nothing, for a hub whose web app was not built. */
const NOT_BUILT = "The web app is not built: run npm run build\n";

/** The web app: its files, and its one page for every address that is no other route's. */
export function registerWeb(app: FastifyInstance): void {
  const page = join(WEB_FOLDER, "index.html");
  const html = existsSync(page) ? readFileSync(page) : undefined;
  if (html) {
    void app.register(fastifyStatic, {
      root: join(WEB_FOLDER, "assets"),
      prefix: "/assets/",
      immutable: true,
      maxAge: "365d",
    });
    void app.register(fastifyStatic, { root: WEB_FOLDER, serve: false, decorateReply: true });
  }
  app.setNotFoundHandler((request, reply) => {
    if (request.method !== "GET" && request.method !== "HEAD") return reply.status(404).send("Not found\n");
    if (isApi(request.url))
      return reply
        .status(404)
        .send({ status: 404, title: "Not found", detail: `There is no ${request.url.slice(0, 300)}` });
    if (!html) return reply.status(503).send(NOT_BUILT);
    const file = fileAt(request.url);
    if (file !== undefined) return reply.sendFile(file, WEB_FOLDER);
    return reply.type("text/html; charset=utf-8").header("cache-control", "no-cache").send(html);
  });
}

/** A file at the root of the build, such as the icon; undefined for what is a page of the app. */
function fileAt(url: string): string | undefined {
  const name = /^\/([\w-]+\.(?:svg|png|ico|txt|js|webmanifest))(?:\?.*)?$/.exec(url)?.[1];
  return name !== undefined && existsSync(join(WEB_FOLDER, name)) ? name : undefined;
}

function isApi(url: string): boolean {
  return /^\/(?:api|apis|v1|v2|token)(?:\/|\?|$)/.test(url);
}
