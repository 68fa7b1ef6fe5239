import type { FastifyReply } from "fastify";
import type { WatchEvent } from "../resource-store/port.ts";
import { andThen, type Soon } from "../resource-store/soon.ts";
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
  const show = createShow(view);
  return {
    apiVersion: API_VERSION,
    kind,
    version: async () => (await store.list(kind, { limit: 1 })).resourceVersion,
    async all(signal, tell) {
      let page = await store.list(kind, options);
      for (;;) {
        for (const object of page.items) {
          const shown = await show({ type: "ADDED", object });
          if (shown) await tell(shown);
        }
        if (page.continue === undefined || signal.aborted) return page.resourceVersion;
        page = await store.list(kind, { ...options, continue: page.continue });
      }
    },
    changes: ({ after, signal, onProgress }, tell) =>
      store.watch(kind, { ...options, resourceVersion: after, signal, onProgress }, (event) =>
        andThen(show(event), (shown) => (shown ? tell(shown) : undefined)),
      ),
  };
}

/** An event as one watcher sees it; undefined for what it may not see. */
type Show = (event: WatchEvent<Kind>) => Soon<WatchEvent<Kind> | undefined>;

/**
 * What the watcher was shown and may no longer see is deleted for it, with no more than its name. For whom nothing is
 * hidden no names are kept: controllers watch all that there is, and there may be a million.
 */
function createShow(view: View): Show {
  return view.seesAll ? (event) => event : rememberShown(view);
}

function rememberShown(view: View): Show {
  const seen = new Set<string>();
  return async ({ type, object }) => {
    const { name } = object.metadata;
    const shown = await view.show(object);
    const wasSeen = type === "DELETED" || !shown ? seen.delete(name) : seen.has(name);
    if (shown && type !== "DELETED") seen.add(name);
    if (shown) return { type, object: shown };
    return wasSeen ? { type: "DELETED", object: withoutContent(object) } : undefined;
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
