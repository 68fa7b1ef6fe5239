import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import type { WatchEvent } from "../resource-store/port.ts";
import type { Kind } from "../resources/kinds.ts";
import { selectorsOf } from "./read.ts";
import type { ResourceRequest } from "./routes.ts";
import { toStatus } from "./status.ts";
import type { View } from "./visibility.ts";

/** Longest watch; the client then watches on, as with Kubernetes. */
const MAX_WATCH_MS = 30 * 60 * 1000;

/** Streams changes as JSON, one a line, until the client goes or the time is over. */
export async function watchResources(resources: ResourceRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { request } = resources;
  const query = request.query as { resourceVersion?: string; timeoutSeconds?: string };
  const timeoutMs = Math.min((Number(query.timeoutSeconds) || Infinity) * 1000, MAX_WATCH_MS);
  const gone = new AbortController();
  request.raw.once("close", () => gone.abort());
  reply.raw.once("close", () => gone.abort());
  const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(timeoutMs)]);
  return reply.type("application/json").send(Readable.from(lines(resources, signal)));
}

async function* lines(
  { store, view, kind, request }: ResourceRequest,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const query = request.query as { resourceVersion?: string };
  const selectors = selectorsOf(request.query as object);
  try {
    const resourceVersion = query.resourceVersion || (yield* initialEvents({ store, view, kind, request }));
    for await (const event of store.watch(kind, { ...selectors, resourceVersion, signal })) {
      const line = await toLine(view, event);
      if (line !== undefined) yield line;
    }
  } catch (error) {
    yield `${JSON.stringify({ type: "ERROR", object: toStatus(error, request.id) })}\n`;
  }
}

/** Without a version, a watch begins with what is there. @returns the version to go on from */
async function* initialEvents({
  store,
  view,
  kind,
  request,
}: ResourceRequest): AsyncGenerator<string, string> {
  const selectors = selectorsOf(request.query as object);
  let page = await store.list(kind, selectors);
  for (;;) {
    for (const object of page.items) {
      const line = await toLine(view, { type: "ADDED", object });
      if (line !== undefined) yield line;
    }
    if (page.continue === undefined) return page.resourceVersion;
    page = await store.list(kind, { ...selectors, continue: page.continue });
  }
}

async function toLine<K extends Kind>(view: View, event: WatchEvent<K>): Promise<string | undefined> {
  const object = await view.show(event.object);
  return object && `${JSON.stringify({ type: event.type, object })}\n`;
}
