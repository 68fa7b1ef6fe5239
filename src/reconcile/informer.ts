import { setImmediate } from "node:timers/promises";
import { ExpiredError } from "../resource-store/errors.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import type { Kind, Resource } from "../resources/kinds.ts";
import { pause, systemClock, type Clock } from "./clock.ts";
import type { Logger } from "./logger.ts";

/** Resources a page of the first list: some of them carry a README. */
const PAGE_SIZE = 100;
/** Between a watch that broke and the next: the store is away, or about to be. */
const RESTART_AFTER_MS = 1000;

/** Tells of every resource of a kind, and of its changes, for as long as it runs. */
export interface Informer {
  /** Resolves when everything that was there at the start has been told. */
  readonly synced: Promise<void>;
  stop(): Promise<void>;
}

export interface InformerOptions<K extends Kind> {
  store: Pick<ResourceStore, "list" | "watch">;
  kind: K;
  /** Whether docs of Images are not needed. Default false. */
  withoutDocs?: boolean;
  logger: Logger;
  /** A resource as it is now: each at the start, then each that was added or changed. Awaited. */
  onChange: (resource: Resource<K>, why: "listed" | "changed") => void | Promise<void>;
  /** A resource as it was when it was deleted. Awaited. */
  onDelete?: (resource: Resource<K>) => void | Promise<void>;
  /** Everything is about to be told anew: what is not told until `onListed` is gone. */
  onRelist?: () => void;
  onListed?: () => void;
  /** Default: the system's. */
  clock?: Clock;
}

/** Lists, then watches; lists again when the store no longer has the changes since. */
export function startInformer<K extends Kind>(options: InformerOptions<K>): Informer {
  const { logger, kind, clock = systemClock } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const { promise: synced, resolve: markSynced } = Promise.withResolvers<void>();

  async function run(): Promise<void> {
    let resourceVersion: string | undefined;
    while (!signal.aborted) {
      try {
        resourceVersion ??= await tellAll(options, signal);
        markSynced();
        await tellChanges(options, {
          resourceVersion,
          signal,
          onTold: (version) => (resourceVersion = version),
        });
      } catch (error) {
        if (signal.aborted) break;
        const expired = error instanceof ExpiredError;
        logger[expired ? "info" : "warn"]({ kind, err: error }, "watch broke, starting it again");
        if (expired) resourceVersion = undefined;
      }
      await pause(clock, RESTART_AFTER_MS, signal);
    }
    markSynced();
  }

  const running = run();
  return {
    synced,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** @returns the version that the list shows */
async function tellAll<K extends Kind>(options: InformerOptions<K>, signal: AbortSignal): Promise<string> {
  const { store, kind, withoutDocs = false } = options;
  options.onRelist?.();
  let position: string | undefined;
  for (;;) {
    const from = position === undefined ? {} : { continue: position };
    const page = await store.list(kind, { limit: PAGE_SIZE, withoutDocs, ...from });
    for (const resource of page.items) await options.onChange(resource, "listed");
    position = page.continue;
    if (signal.aborted) return page.resourceVersion;
    if (!position) {
      options.onListed?.();
      return page.resourceVersion;
    }
    // A long list must not hold up requests.
    await setImmediate();
  }
}

async function tellChanges<K extends Kind>(
  { store, kind, withoutDocs = false, onChange, onDelete }: InformerOptions<K>,
  {
    resourceVersion,
    signal,
    onTold,
  }: { resourceVersion: string; signal: AbortSignal; onTold: (version: string) => void },
): Promise<void> {
  await store.watch(kind, { resourceVersion, withoutDocs, signal }, async ({ type, object }) => {
    if (type === "DELETED") await onDelete?.(object);
    else await onChange(object, "changed");
    onTold(object.metadata.resourceVersion ?? resourceVersion);
  });
}
