import type { ResourceStore } from "../resource-store/port.ts";
import type { Kind, Resource } from "../resources/kinds.ts";

/** Versions kept at most, some 50 bytes each: whoever watches is told of a write within a second. */
const MAX_VERSIONS = 10_000;

/** Which changes of resources are the controllers' own, so that who watches knows those of others. */
export interface OwnWrites {
  /** The same store, that notes what is written through it. */
  noting(store: ResourceStore): ResourceStore;
  /**
   * Asked once of each change: what it answers yes for is forgotten. Of many that nobody asked for, the oldest are
   * forgotten; to take an own change for another's costs a reconcile that writes nothing.
   */
  claim(resource: Resource<Kind>): boolean;
}

/** @param kinds those that are asked for */
export function createOwnWrites(kinds: readonly Kind[]): OwnWrites {
  const versions = new Set<string>();
  /** A change may be told before its writer goes on, and a key has one writer at a time. */
  const underWay = new Set<string>();

  async function note<K extends Kind>(
    { kind, metadata }: { kind: K; metadata: { name: string; resourceVersion?: string } },
    write: () => Promise<Resource<K>>,
  ): Promise<Resource<K>> {
    if (!kinds.includes(kind)) return write();
    const id = `${kind} ${metadata.name}`;
    underWay.add(id);
    try {
      const written = await write();
      const { resourceVersion } = written.metadata;
      if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion)
        keep(resourceVersion);
      return written;
    } finally {
      underWay.delete(id);
    }
  }

  function keep(version: string): void {
    versions.add(version);
    const [oldest] = versions;
    if (versions.size > MAX_VERSIONS && oldest !== undefined) versions.delete(oldest);
  }

  return {
    noting: (store) => ({
      ...store,
      create: (resource, options) => note(resource, () => store.create(resource, options)),
      update: (resource, options) => note(resource, () => store.update(resource, options)),
      updateStatus: (resource, options) => note(resource, () => store.updateStatus(resource, options)),
    }),
    claim: ({ kind, metadata }) =>
      versions.delete(metadata.resourceVersion ?? "") || underWay.has(`${kind} ${metadata.name}`),
  };
}
