import { imageKey, type Content } from "../content/content.ts";
import { organizationOf, parseTag, type ImageName, type RepositoryName, type Tag } from "../oci/reference.ts";
import { pause, type Clock } from "../reconcile/clock.ts";
import type { Logger } from "../reconcile/logger.ts";
import type { WorkQueue } from "../reconcile/work-queue.ts";
import { findResource } from "../resource-store/find-resource.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import { imageResourceName } from "../resources/names.ts";
import { showsTag } from "./image-status.ts";
import { isImageSettled } from "./image.ts";

/** As controller-runtime: whatever changes is told at once, so this finds only what was missed. */
const RESYNC_EVERY_MS = 10 * 60 * 60 * 1000;
/** Between two repositories: with more than 360,000 it takes longer, so that pushes never notice. */
const MIN_PAUSE_MS = 100;
/** After a failure: the database is away, and nobody waits. */
const RETRY_AFTER_MS = 60_000;
/** Tags of one read. */
const PAGE_SIZE = 100;
/** Between two reads of a repository's tags: half a million of them are looked at in an hour and a half. */
const PAGE_PAUSE_MS = 1000;

const LATEST = parseTag("latest");

export interface ResyncOptions {
  content: Content;
  store: ResourceStore;
  repositories: WorkQueue;
  organizations: WorkQueue;
  doubted: Set<string>;
  clock: Clock;
  logger: Logger;
}

/** Looks at everything again, for as long as it runs. */
export interface Resync {
  stop(): Promise<void>;
}

/**
 * Looks at each repository once in ten hours, one after the other, evenly spread: it is reconciled, its organization
 * too, and those of its Images that do not show their tag. Layers are not read again for that, since they may be
 * gigabytes. All that is kept is the name of the repository looked at last.
 */
export function startResync(options: ResyncOptions): Resync {
  const { store, clock, logger } = options;
  const stopping = new AbortController();
  const { signal } = stopping;

  async function run(): Promise<void> {
    let last: RepositoryName | undefined;
    let pauseMs = MIN_PAUSE_MS;
    while (!signal.aborted) {
      try {
        if (last === undefined) pauseMs = pauseOf(await store.count("Repository", { labelSelector: [] }));
        await pause(clock, pauseMs, signal);
        if (signal.aborted) return;
        const before = last;
        last = await findNext(options.content, before);
        if (last !== undefined) await lookAt(options, { name: last, before, signal });
      } catch (error) {
        logger.warn({ err: error, repository: last }, "cannot look at a repository again, goes on");
        await pause(clock, RETRY_AFTER_MS, signal);
      }
    }
  }

  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

function pauseOf(repositories: number): number {
  return Math.max(MIN_PAUSE_MS, Math.floor(RESYNC_EVERY_MS / Math.max(1, repositories)));
}

/** @returns undefined when there is none after the last */
async function findNext(
  { repositories }: Content,
  last: RepositoryName | undefined,
): Promise<RepositoryName | undefined> {
  const [next] = await repositories.list({ ...(last && { after: last }), limit: 1 });
  return next?.name;
}

async function lookAt(
  options: ResyncOptions,
  { name, before, signal }: { name: RepositoryName; before: RepositoryName | undefined; signal: AbortSignal },
): Promise<void> {
  const { repositories, organizations, doubted } = options;
  await lookAtImages(options, name, signal);
  await repositories.room();
  doubted.add(name);
  repositories.add(name);
  const organization = organizationOf(name);
  // To count its repositories takes time, and they come one after the other.
  if (!before || organizationOf(before) !== organization) organizations.add(organization);
}

async function lookAtImages(
  options: ResyncOptions,
  repository: RepositoryName,
  signal: AbortSignal,
): Promise<void> {
  const { content, clock } = options;
  let page: Tag[] = [];
  do {
    const after = page.at(-1);
    page = await content.tags.list(repository, { ...(after && { after }), limit: PAGE_SIZE });
    const wrong: Tag[] = [];
    for (const tag of page) if (!(await isShown(options, { repository, tag }))) wrong.push(tag);
    if (wrong.length > 0) {
      // `latest` may stand for one of them.
      const keys = [...wrong, LATEST].map((tag) => imageKey({ repository, tag }));
      await content.dirtyKeys.touch(keys.map((key) => ({ kind: "image", key })));
    }
    if (page.length === PAGE_SIZE) await pause(clock, PAGE_PAUSE_MS, signal);
  } while (page.length > 0 && !signal.aborted);
}

/** True when a tag has an Image that shows it, as far as that can be told without reading layers. */
async function isShown({ content, store }: ResyncOptions, name: ImageName): Promise<boolean> {
  const tag = await content.tags.find(name.repository, name.tag);
  if (!tag || tag.isArtifact) return true;
  const image = await findResource(store, "Image", imageResourceName(name));
  return image !== undefined && isImageSettled(image, name) && showsTag(image, tag);
}
