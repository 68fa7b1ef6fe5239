import type { FastifyReply } from "fastify";
import type { WatchEvent } from "../resource-store/port.ts";
import type { Kind, Resource } from "../resources/kinds.ts";
import { API_VERSION } from "../resources/metadata.ts";
import type { ResourceRequest } from "./context.ts";
import { isBrief } from "./form.ts";
import { selectorsOf } from "./read.ts";
import type { View } from "./visibility.ts";
import { streamChanges, type Watched } from "./watch-stream.ts";

/** Streams changes of resources. @throws StatusError BadRequest, Invalid */
export async function watchResources(resources: ResourceRequest, reply: FastifyReply): Promise<FastifyReply> {
  return streamChanges(resources, reply, watchedResources(resources));
}

function watchedResources({ store, view, kind, query, form }: ResourceRequest): Watched {
  const options = { ...selectorsOf(kind, query), withoutDocs: isBrief(form) };
  const stream = createVisibleStream(view);
  return {
    apiVersion: API_VERSION,
    kind,
    version: async () => (await store.list(kind, { limit: 1 })).resourceVersion,
    async *all(signal) {
      let page = await store.list(kind, options);
      for (;;) {
        for (const object of page.items) {
          const shown = await stream.show({ type: "ADDED", object });
          if (shown) yield shown;
        }
        if (page.continue === undefined || signal.aborted) return page.resourceVersion;
        page = await store.list(kind, { ...options, continue: page.continue });
      }
    },
    async *changes({ after, signal, onProgress }) {
      const events = store.watch(kind, { ...options, resourceVersion: after, signal, onProgress });
      for await (const event of events) {
        const shown = await stream.show(event);
        if (shown) yield shown;
      }
    },
  };
}

/** Events as one watcher sees them. */
interface VisibleStream {
  /** @returns undefined for what the watcher may not see */
  show(event: WatchEvent<Kind>): Promise<WatchEvent<Kind> | undefined>;
}

/**
 * What the watcher was shown and may no longer see is deleted for it, with no more than its name. For whom nothing is
 * hidden no names are kept: controllers watch all that there is, and there may be a million.
 */
function createVisibleStream(view: View): VisibleStream {
  return view.seesAll ? showAll(view) : rememberShown(view);
}

function showAll(view: View): VisibleStream {
  return {
    async show({ type, object }) {
      const shown = await view.show(object);
      return shown && { type, object: shown };
    },
  };
}

function rememberShown(view: View): VisibleStream {
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
