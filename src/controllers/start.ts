import type { OrganizationPolicies } from "../auth/organization-policies.ts";
import type { Content, DirtyKey } from "../content/content.ts";
import type { EventRecorder } from "../events/recorder.ts";
import { systemClock, type Clock } from "../reconcile/clock.ts";
import type { ReconcileMetrics } from "../reconcile/controller.ts";
import type { Logger } from "../reconcile/logger.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import { KINDS, type Kind } from "../resources/kinds.ts";
import type { RestoringParts } from "./deleted-words.ts";
import { createDependentIndex } from "./dependent-index.ts";
import type { Removal } from "./dependents.ts";
import { startDirtyKeyFeed } from "./dirty-key-feed.ts";
import { repositoryOfKey } from "./dirty-key-names.ts";
import type { ImageInspector } from "./image.ts";
import { startInformers } from "./informers.ts";
import { startQueues, type Queues, type QueuesOptions } from "./queues.ts";
import { createOwnWrites } from "./own-writes.ts";
import { createReceipts } from "./receipts.ts";
import { createRepositoryIndex } from "./repository-index.ts";
import { startResync } from "./resync.ts";
import { createStarIndex } from "./star-index.ts";

export interface ControllersOptions {
  content: Content;
  store: ResourceStore;
  inspector: ImageInspector;
  deletedWords: RestoringParts["deletedWords"];
  policies: OrganizationPolicies;
  recorder: EventRecorder;
  removal: Removal;
  logger: Logger;
  /** Default: the system's. */
  clock?: Clock;
  metrics?: ReconcileMetrics;
  /** How long a key rests before it is reconciled again. Default 500. */
  restMs?: number;
}

export interface Controllers {
  /** Keys waiting, by controller. */
  waiting(): Record<keyof Queues, number>;
  /** Resolves when everything pushed, and every change seen so far, has been reconciled: for tests. */
  idle(): Promise<void>;
  /** Ends what is under way; what was left is found at the next start. */
  stop(): Promise<void>;
}

/**
 * Starts to derive what is known from what is stored: what the last process left undone first, then whatever is
 * pushed, deleted or changed by users. An image's key is settled when its repository has been reconciled after it.
 */
export function startControllers(options: ControllersOptions): Controllers {
  const { content, clock = systemClock, logger } = options;
  const ownWrites = createOwnWrites(["Image", "Repository"]);
  const parts = {
    ...options,
    clock,
    doubted: new Set<string>(),
    index: createRepositoryIndex(),
    stars: createStarIndex(),
    dependents: createDependentIndex(Object.keys(KINDS) as Kind[]),
  };
  const receipts = { image: createReceipts(), repository: createReceipts(), organization: createReceipts() };
  const queues = startQueues({
    ...parts,
    store: ownWrites.noting(options.store),
    receipts,
    settle: (keys) => feed.settle(keys),
  });
  const deliver = deliverTo(queues, receipts);
  const feed = startDirtyKeyFeed({ dirtyKeys: content.dirtyKeys, clock, logger, deliver });
  const informers = startInformers({
    ...parts,
    ownWrites,
    repositories: queues.repository,
    organizations: queues.organization,
    dataPacks: queues.dataPack,
    owned: queues.dependents,
  });
  const resync = startResync({
    ...parts,
    repositories: queues.repository,
    organizations: queues.organization,
  });
  const all = Object.values(queues);

  return {
    waiting: () => ({
      image: queues.image.waiting,
      repository: queues.repository.waiting,
      organization: queues.organization.waiting,
      dataPack: queues.dataPack.waiting,
      dependents: queues.dependents.waiting,
    }),
    async idle() {
      await Promise.all(informers.map(({ synced }) => synced));
      do await Promise.all([feed.idle(), ...all.map((queue) => queue.idle())]);
      while (!feed.isIdle || all.some((queue) => !queue.isIdle));
    },
    async stop() {
      await Promise.all([feed, resync, ...informers, ...all].map((part) => part.stop()));
    },
  };
}

function deliverTo(queues: Queues, receipts: QueuesOptions["receipts"]) {
  return (keys: readonly DirtyKey[]): void => {
    const images = keys.filter(({ kind }) => kind === "image");
    const followed = new Set(images.map(({ key }) => repositoryOfKey(key)));
    for (const dirty of keys) {
      receipts[dirty.kind].attach(dirty.key, [dirty]);
      // A repository comes after its images, and is not looked at before as well.
      const follows = dirty.kind === "repository" && followed.has(dirty.key);
      if (!follows) queues[dirty.kind].add(dirty.key);
    }
  };
}
