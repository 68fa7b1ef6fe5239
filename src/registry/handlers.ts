import type { IncomingMessage } from "node:http";
import { OciError } from "../oci/errors.ts";
import { deleteBlob, getBlob } from "./blobs.ts";
import { listCatalog } from "./catalog.ts";
import { requireUnconditional } from "./conditions.ts";
import { sendJson, type Exchange } from "./exchange.ts";
import { deleteManifest, getManifest, putManifest } from "./manifests.ts";
import { listReferrers } from "./referrers.ts";
import type { Route } from "./route.ts";
import { listTags } from "./tags.ts";
import { deleteUpload, getUpload, patchUpload, putUpload, startUpload } from "./uploads.ts";

type Handler<AnyRoute> = (exchange: Exchange, route: AnyRoute) => Promise<void>;
type Noun = Route["noun"];

/** Answers a request to a route. @throws OciError UNSUPPORTED for a method that it does not take */
export async function handle(exchange: Exchange, route: Route): Promise<void> {
  const { request, response, path } = exchange;
  const methods: Record<string, Handler<never>> = METHODS[route.noun];
  // A method that its handler refuses is not taken at this moment, such as DELETE of a blob that is needed.
  const allowed = (): string =>
    Object.keys(methods)
      .filter((method) => method !== request.method)
      .join(", ");
  // The table's type binds each noun's handlers to its route.
  const handler = methods[request.method ?? ""] as Handler<Route> | undefined;
  try {
    if (!handler) {
      throw new OciError(
        "UNSUPPORTED",
        `Cannot ${request.method} ${path.slice(0, 300)}: expected ${allowed()}`,
      );
    }
    if (!isRead(request)) requireUnconditional(request.headers);
    await handler(exchange, route);
  } catch (error) {
    // RFC 9110 §15.5.6: a 405 names what is taken.
    if (error instanceof OciError && error.code === "UNSUPPORTED") response.setHeader("allow", allowed());
    throw error;
  }
}

/** What is served: each noun, by method. */
export const METHODS: { [N in Noun]: Record<string, Handler<Extract<Route, { noun: N }>>> } = {
  base: read(async (exchange) => sendJson(exchange, {})),
  catalog: read(listCatalog),
  tags: read(listTags),
  referrers: read(listReferrers),
  manifest: { ...read(getManifest), PUT: putManifest, DELETE: deleteManifest },
  blob: { ...read(getBlob), DELETE: deleteBlob },
  uploads: { POST: startUpload },
  upload: { ...read(getUpload), PATCH: patchUpload, PUT: putUpload, DELETE: deleteUpload },
};

function isRead({ method }: IncomingMessage): boolean {
  return method === "GET" || method === "HEAD";
}

function read<AnyRoute>(handler: Handler<AnyRoute>) {
  return { GET: handler, HEAD: handler };
}
