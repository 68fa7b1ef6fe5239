import type { OrganizationPolicies } from "../auth/organization-policies.ts";
import type { Content, DirtyKey } from "../content/content.ts";
import { systemClock, type Clock } from "../reconcile/clock.ts";
import { startController, type ReconcileMetrics } from "../reconcile/controller.ts";
import type { Logger } from "../reconcile/logger.ts";
import type { WorkQueue } from "../reconcile/work-queue.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import { startDirtyKeyFeed, type DirtyKeyFeed } from "./dirty-key-feed.ts";
import { createImageReconciler } from "./image.ts";
import { startInformers } from "./informers.ts";
import { rememberInspections, type ImageInspector } from "./inspections.ts";
import { createOrganizationReconciler } from "./organization.ts";
import { carryReceipts, createReceipts } from "./receipts.ts";
import { createRepositoryIndex, type RepositoryIndex } from "./repository-index.ts";
import { createRepositoryReconciler } from "./repository.ts";

/** One is read by the inspector while the other is written: more would take the processor from the pushes themselves. */
const IMAGES_AT_ONCE = 2;
/** One reads while the other writes; more would only wait for the database. */
const REPOSITORIES_AT_ONCE = 2;
const ORGANIZATIONS_AT_ONCE = 1;

export interface ControllersOptions {
  content: Content;
  store: ResourceStore;
  inspector: ImageInspector;
  policies: OrganizationPolicies;
  logger: Logger;
  /** Default: the system's. */
  clock?: Clock;
  metrics?: ReconcileMetrics;
}

export interface Controllers {
  /** Keys waiting, by controller. */
  waiting(): { image: number; repository: number; organization: number };
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
  const index = createRepositoryIndex();
  const { queues, feed } = startQueues({ ...options, clock, index });
  const { repository: repositories, organization: organizations } = queues;
  const informers = startInformers({
    ...options,
    content,
    index,
    repositories,
    organizations,
    clock,
    logger,
  });
  const all = Object.values(queues);

  return {
    waiting: () => ({
      image: queues.image.waiting,
      repository: repositories.waiting,
      organization: organizations.waiting,
    }),
    async idle() {
      await Promise.all(informers.map(({ synced }) => synced));
      do await Promise.all([feed.idle(), ...all.map((queue) => queue.idle())]);
      while (!feed.isIdle || all.some((queue) => !queue.isIdle));
    },
    async stop() {
      await Promise.all([feed, ...informers, ...all].map((part) => part.stop()));
    },
  };
}

interface Queues {
  image: WorkQueue;
  repository: WorkQueue;
  organization: WorkQueue;
}

function startQueues(options: ControllersOptions & { clock: Clock; index: RepositoryIndex }): {
  queues: Queues;
  feed: DirtyKeyFeed;
} {
  const { content, inspector, clock, logger } = options;
  const parts = { ...options, inspector: rememberInspections(inspector) };
  const receipts = { image: createReceipts(), repository: createReceipts(), organization: createReceipts() };

  const queues: Queues = {
    image: startController({
      ...options,
      name: "image",
      concurrency: IMAGES_AT_ONCE,
      groupOf: organizationOfKey,
      reconcile: carryReceipts(
        { receipts: receipts.image, pass: passToRepository },
        createImageReconciler(parts),
      ),
    }),
    repository: startController({
      ...options,
      name: "repository",
      concurrency: REPOSITORIES_AT_ONCE,
      groupOf: organizationOfKey,
      reconcile: carryReceipts(
        { receipts: receipts.repository, pass: settle },
        createRepositoryReconciler(parts),
      ),
    }),
    organization: startController({
      ...options,
      name: "organization",
      concurrency: ORGANIZATIONS_AT_ONCE,
      reconcile: carryReceipts(
        { receipts: receipts.organization, pass: settle },
        createOrganizationReconciler(parts),
      ),
    }),
  };

  const feed = startDirtyKeyFeed({
    dirtyKeys: content.dirtyKeys,
    clock,
    logger,
    deliver(keys) {
      const images = keys.filter(({ kind }) => kind === "image");
      const followed = new Set(images.map(({ key }) => repositoryOfKey(key)));
      for (const dirty of keys) {
        receipts[dirty.kind].attach(dirty.key, [dirty]);
        // A repository comes after its images, and is not looked at before as well.
        const follows = dirty.kind === "repository" && followed.has(dirty.key);
        if (!follows) queues[dirty.kind].add(dirty.key);
      }
    },
  });

  function passToRepository(key: string, held: DirtyKey[]): void {
    const repository = repositoryOfKey(key);
    receipts.repository.attach(repository, held);
    queues.repository.add(repository);
  }

  async function settle(_key: string, held: DirtyKey[]): Promise<void> {
    await feed.settle(held);
  }

  return { queues, feed };
}

// Of keys as they come: an illegal one is the reconciler's to refuse.
function organizationOfKey(key: string): string {
  return key.split("/", 1)[0] ?? key;
}

function repositoryOfKey(key: string): string {
  return key.slice(0, key.lastIndexOf(":"));
}
