import type { Kind, Repository, Resource, Spec } from "../../resources/kinds.ts";
import { newResource } from "../../resources/kinds.ts";
import type { ResourceStore, WatchEvent, WatchOptions } from "../port.ts";
import { readWatch, type WatchReader } from "./read-watch.ts";

/** A Repository to be created, whose spec and labels matter to the test. */
export function repository(
  name: string,
  { labels, ...spec }: Partial<Spec<"Repository">> & { labels?: Record<string, string> } = {},
): Repository {
  return newResource("Repository", name, {
    spec: { name: name.replace(".", "/"), ...spec },
    ...(labels && { labels }),
  });
}

export function namesOf(resources: Resource<Kind>[]): string[] {
  return resources.map(({ metadata }) => metadata.name);
}

/** Deletes all Repositories, so that a test's lists have its own alone. */
export async function deleteRepositories(store: ResourceStore): Promise<void> {
  for (
    let page = await store.list("Repository");
    page.items.length > 0;
    page = await store.list("Repository")
  ) {
    for (const { metadata } of page.items) await store.delete("Repository", metadata.name);
  }
}

/** A watch of Repositories from now on, as a test reads it. */
export interface TestWatch extends WatchReader<WatchEvent<"Repository">> {
  /** The next events: type and name. */
  take(count: number): Promise<string[]>;
}

export async function watchRepositories(
  store: ResourceStore,
  options: Partial<WatchOptions> = {},
): Promise<TestWatch> {
  const resourceVersion = options.resourceVersion ?? (await store.list("Repository")).resourceVersion;
  const watch = readWatch<WatchEvent<"Repository">>((signal, tell) =>
    store.watch("Repository", { ...options, resourceVersion, signal }, tell),
  );
  return {
    ...watch,
    async take(count) {
      const taken: string[] = [];
      while (taken.length < count) {
        const event = await watch.next();
        if (!event) break;
        taken.push(`${event.type} ${event.object.metadata.name}`);
      }
      return taken;
    },
  };
}
