import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import type { WatchEvent, WatchOptions } from "../resource-store/port.ts";
import type { Kind, Resource } from "../resources/kinds.ts";
import { selectorsOf } from "./read.ts";
import type { ResourceRequest } from "./context.ts";
import { toStatus } from "./status.ts";
import type { View } from "./visibility.ts";

/** Longest watch; the client then watches on, as with Kubernetes. */
const MAX_WATCH_MS = 30 * 60 * 1000;

/** Streams changes as JSON, one a line, until the client goes, the time is over or the hub stops. */
export async function watchResources(resources: ResourceRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { request, kind, query, stopping } = resources;
  const gone = new AbortController();
  request.raw.once("close", () => gone.abort());
  reply.raw.once("close", () => gone.abort());
  const timeout = AbortSignal.timeout(timeoutMs(query["timeoutSeconds"]));
  const options = { ...selectorsOf(kind, query), signal: AbortSignal.any([gone.signal, timeout, stopping]) };
  return reply.type("application/json").send(Readable.from(lines(resources, options)));
}

function timeoutMs(seconds: string | undefined): number {
  const asked = Number(seconds) * 1000;
  return asked > 0 ? Math.min(asked, MAX_WATCH_MS) : MAX_WATCH_MS;
}

type Options = Omit<WatchOptions, "resourceVersion">;

async function* lines(resources: ResourceRequest, options: Options): AsyncGenerator<string> {
  const { store, view, kind, query, request } = resources;
  const stream = createVisibleStream(view);
  // Sends the headers: a client waits for them, however long nothing changes.
  yield "";
  try {
    const asked = query["resourceVersion"];
    // 0 is any version, as Kubernetes has it.
    const resourceVersion = asked && asked !== "0" ? asked : yield* initialLines(resources, options, stream);
    for await (const event of store.watch(kind, { ...options, resourceVersion })) {
      const shown = await stream.show(event);
      if (shown) yield toLine(shown);
    }
  } catch (error) {
    yield toLine({ type: "ERROR", object: toStatus(error, request.id) });
  }
}

/** Without a version, a watch begins with what is there. @returns the version to go on from */
async function* initialLines(
  { store, kind }: ResourceRequest,
  { signal, ...selectors }: Options,
  stream: VisibleStream,
): AsyncGenerator<string, string> {
  let page = await store.list(kind, selectors);
  for (;;) {
    for (const object of page.items) {
      const shown = await stream.show({ type: "ADDED", object });
      if (shown) yield toLine(shown);
    }
    if (page.continue === undefined || signal.aborted) return page.resourceVersion;
    page = await store.list(kind, { ...selectors, continue: page.continue });
  }
}

function toLine(event: object): string {
  return `${JSON.stringify(event)}\n`;
}

/** Events as one watcher sees them. */
interface VisibleStream {
  /** @returns undefined for what the watcher may not see */
  show(event: WatchEvent<Kind>): Promise<WatchEvent<Kind> | undefined>;
}

/** What the watcher was shown and may no longer see is deleted for it, with no more than its name. */
function createVisibleStream(view: View): VisibleStream {
  const seen = new Set<string>();
  return {
    async show({ type, object }) {
      const { name } = object.metadata;
      const shown = await view.show(object);
      const wasSeen = type === "DELETED" || !shown ? seen.delete(name) : seen.has(name);
      if (shown && type !== "DELETED") seen.add(name);
      if (shown) return { type, object: shown };
      return wasSeen ? { type: "DELETED", object: withoutContent(object) } : undefined;
    },
  };
}

function withoutContent(object: Resource<Kind>): Resource<Kind> {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: {
      name,
      ...(namespace && { namespace }),
      ...(uid && { uid }),
      ...(resourceVersion && { resourceVersion }),
    },
    spec: {} as Resource<Kind>["spec"],
  };
}
