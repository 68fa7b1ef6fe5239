import type { Kind, Resource } from "../resources/kinds.ts";
import { ExpiredError, NotFoundError } from "../resource-store/errors.ts";
import type { NewResource, ResourceStore, WatchEvent } from "../resource-store/port.ts";

/** A small real store in memory, with a history that can be cut. */
export interface MemoryStore extends ResourceStore {
  /** Forgets the history: older watches get ExpiredError, running ones too. */
  expire(): void;
}

export function createMemoryStore(): MemoryStore {
  let version = 0;
  let oldest = 0;
  const resources = new Map<string, Resource<Kind>>();
  let history: { version: number; event: WatchEvent<Kind> }[] = [];
  let wake = Promise.withResolvers<void>();
  const put = (type: WatchEvent<Kind>["type"], resource: Resource<Kind>): Resource<Kind> => {
    version += 1;
    const object = {
      ...structuredClone(resource),
      metadata: { ...resource.metadata, resourceVersion: String(version) },
    };
    const key = `${resource.kind}/${resource.metadata.name}`;
    if (type === "DELETED") resources.delete(key);
    else resources.set(key, object);
    history.push({ version, event: { type, object } });
    wake.resolve();
    wake = Promise.withResolvers();
    return object;
  };
  const find = (kind: Kind, name: string): Resource<Kind> => {
    const found = resources.get(`${kind}/${name}`);
    if (!found) throw new NotFoundError(kind, name);
    return found;
  };
  const store = {
    get: async (kind: Kind, name: string) => find(kind, name),
    list: async (kind: Kind) => ({
      items: [...resources.values()].filter((resource) => resource.kind === kind),
      resourceVersion: String(version),
    }),
    create: async (resource: NewResource<Kind>) => put("ADDED", resource as Resource<Kind>),
    update: async (resource: Resource<Kind>) => put("MODIFIED", resource),
    updateStatus: async (resource: Resource<Kind>) => put("MODIFIED", resource),
    delete: async (kind: Kind, name: string) => put("DELETED", find(kind, name)),
    watch: async function* watch(kind: Kind, options: { resourceVersion: string; signal: AbortSignal }) {
      let seen = Number(options.resourceVersion);
      const aborted = new Promise<void>((resolve) => {
        options.signal.addEventListener("abort", () => resolve());
      });
      while (!options.signal.aborted) {
        const woken = wake.promise;
        if (seen < oldest) throw new ExpiredError(`Cannot watch from ${seen}`);
        const upTo = version;
        for (const entry of history.filter((one) => one.version > seen && one.event.object.kind === kind)) {
          yield entry.event;
        }
        seen = upTo;
        await Promise.race([woken, aborted]);
      }
    },
    close: async () => undefined,
    expire: () => {
      version += 1;
      oldest = version;
      history = [];
      wake.resolve();
      wake = Promise.withResolvers();
    },
  };
  return store as unknown as MemoryStore;
}
