import { isDeepStrictEqual } from "node:util";
import type { FastifyReply } from "fastify";
import type { WatchEvent } from "../resource-store/port.ts";
import { andThen, type Soon } from "../resource-store/soon.ts";
import type { Kind, Resource } from "../resources/kinds.ts";
import { API_VERSION } from "../resources/metadata.ts";
import type { ResourceRequest } from "./context.ts";
import { isBrief } from "./form.ts";
import { selectorsOf } from "./read.ts";
import type { ShownNames } from "./shown-names.ts";
import type { View } from "./visibility.ts";
import { streamChanges, type Watched } from "./watch-stream.ts";

/** Streams changes of resources. @throws StatusError BadRequest, Invalid */
export async function watchResources(resources: ResourceRequest, reply: FastifyReply): Promise<FastifyReply> {
  return streamChanges(resources, reply, watchedResources(resources));
}

function watchedResources({ store, view, kind, query, form, shownNames }: ResourceRequest): Watched {
  const options = { ...selectorsOf(kind, query), withoutDocs: isBrief(form) };
  // For whom nothing is hidden no names are kept.
  const shown = view.seesAll ? undefined : shownNames(kind);
  const show: Show = shown ? showAndRemember(view, shown) : (event) => event;
  return {
    apiVersion: API_VERSION,
    kind,
    version: async () => (await store.list(kind, { limit: 1 })).resourceVersion,
    async all(signal, tell) {
      let page = await store.list(kind, options);
      for (;;) {
        for (const object of page.items) {
          const event = await show({ type: "ADDED", object });
          if (event) await tell(event);
        }
        if (page.continue === undefined || signal.aborted) return page.resourceVersion;
        page = await store.list(kind, { ...options, continue: page.continue });
      }
    },
    changes: ({ after, signal, onProgress }, tell) =>
      store.watch(
        kind,
        { ...options, resourceVersion: after, signal, onProgress, withPrevious: shown !== undefined },
        (change) => andThen(show(change), (event) => (event ? tell(event) : undefined)),
      ),
    end: () => shown?.clear(),
  };
}

/** An event as one watcher sees it; undefined for what it may not see. */
type Show = (event: WatchEvent<Kind>) => Soon<WatchEvent<Kind> | undefined>;

/**
 * What the watcher was shown and may no longer see is deleted for it, with no more than its name; so is what was public,
 * since it may have been in the list that the watch goes on from. What it may see from now on is added.
 */
function showAndRemember(view: View, names: ShownNames): Show {
  return async ({ type, object, previous }) => {
    const { name } = object.metadata;
    const shown = await view.show(object, { past: true });
    if (!shown) {
      const wasSeen = names.delete(name) || (previous && isPublic(previous));
      return wasSeen ? { type: "DELETED", object: withoutContent(object) } : undefined;
    }
    if (type === "DELETED") {
      names.delete(name);
      return { type, object: shown };
    }
    names.add(name);
    if (!previous) return { type, object: shown };
    const before = isPublic(previous) ? previous : await view.show(previous, { past: true });
    if (!before) return { type: "ADDED", object: shown };
    const isPart = shown !== object || before !== previous;
    // What changed is hidden, and so is that anything did.
    return isPart && isSame(before, shown) ? undefined : { type, object: shown };
  };
}

function isSame(before: Resource<Kind>, after: Resource<Kind>): boolean {
  const { resourceVersion, managedFields } = after.metadata;
  const metadata = { ...before.metadata, resourceVersion, managedFields };
  return isDeepStrictEqual(
    { ...before, metadata },
    { ...after, metadata: { ...after.metadata, managedFields } },
  );
}

/** Whether anybody could read all of it, as it says itself. */
function isPublic(resource: Resource<Kind>): boolean {
  if (resource.kind !== "Image" && resource.kind !== "Repository") return false;
  const { spec, status } = resource as Resource<"Image" | "Repository">;
  return status?.visibility === "public" && !("visibility" in spec && spec.visibility === "private");
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
