import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isRepositoryName, isTag } from "../oci/reference.ts";
import { isOddPath, meantPath } from "./address.ts";
import { isOfKubernetes } from "./unrouted.ts";

const WEB_FOLDER = join(import.meta.dirname, "../../dist/web");
const PAGE = "index.html";

/** Files below `assets/` have a hash of their content in their names. */
const FOREVER = "public, max-age=31536000, immutable";

/** The addresses of `web/routes.tsx`: every other one is answered with the same page, and 404. */
const PAGE_ADDRESS =
  /^\/(?:search|push|login|register|password-reset|invitations|administration|account|new-organization|r\/.+|o\/[^/]+)?(?:\?.*)?$/;

/** The web app: its files, and its one page for every address that is no other route's. */
export function registerWeb(app: FastifyInstance): void {
  void app.register(fastifyStatic, {
    root: WEB_FOLDER,
    index: false,
    cacheControl: false,
    preCompressed: true,
    // Until the web app is built there is no such folder, which the page says better.
    suppressWarning: true,
    setHeaders: (reply, path) => {
      reply.header("cache-control", path.includes("/assets/") ? FOREVER : "no-cache");
    },
  });
  app.addHook("onRequest", async (request, reply) => {
    if (isOddPath(request.url)) return answerPage(request, reply);
  });
  // A folder, which is not there to be listed.
  app.get("/", answerPage);
  app.setNotFoundHandler(answerPage);
}

function answerPage(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (!isRead || isApi(request.url)) return answerNoSuchRoute(request, reply);
  if (!existsSync(join(WEB_FOLDER, PAGE))) {
    return reply.status(503).send("The web app is not built: run npm run build\n");
  }
  if (PAGE_ADDRESS.test(request.url) && !isOddPath(request.url)) return reply.sendFile(PAGE);
  const meant = pageOfName(request);
  return meant === undefined ? reply.status(404).sendFile(PAGE) : reply.redirect(meant);
}

/**
 * The page that is meant by the name as clients have it, `HUB/org/name:tag`, in a browser; whether there is such a
 * repository is for the page to say.
 */
function pageOfName({ url, headers }: FastifyRequest): string | undefined {
  if (!headers.accept?.includes("text/html")) return undefined;
  const [, name = "", tag] = /^\/([^:?]+?)(?::([^/?]+))?\/?(?:\?.*)?$/.exec(url) ?? [];
  if (!isRepositoryName(name) || (tag !== undefined && !isTag(tag))) return undefined;
  return `/r/${name}${tag === undefined ? "" : `?tag=${tag}`}`;
}

/** In the form of the API that the address is below. */
function answerNoSuchRoute(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const detail = `There is no ${request.method} ${request.url.slice(0, 300)}`;
  if (isOfKubernetes(askedPath(request.url))) {
    const status = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure" };
    return reply.status(404).send({ ...status, message: detail, reason: "NotFound", code: 404 });
  }
  const problem = { type: "about:blank", title: "Not found", status: 404, detail };
  return reply.status(404).type("application/problem+json").send(problem);
}

function isApi(url: string): boolean {
  return API.test(askedPath(url));
}

/** What of an address tells which API is asked: the address as it is written, else what it would mean. */
function askedPath(url: string): string {
  return API.test(url) ? url : meantPath(url);
}

const API = /^\/(?:api|apis|v1|token|assets)(?:[/?]|$)/;
