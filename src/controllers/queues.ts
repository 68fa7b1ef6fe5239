import type { DirtyKey } from "../content/content.ts";
import { startController, type ReconcileMetrics } from "../reconcile/controller.ts";
import type { WorkQueue } from "../reconcile/work-queue.ts";
import { createDataPackReconciler, type DataPackParts } from "./data-pack.ts";
import { createDependentsReconciler, type DependentsParts } from "./dependents.ts";
import { organizationOfKey, repositoryOfKey } from "./dirty-key-names.ts";
import { createImageReconciler, type ImageParts } from "./image.ts";
import { createOrganizationReconciler, type OrganizationParts } from "./organization.ts";
import { carryReceipts, type Receipts } from "./receipts.ts";
import { createRepositoryReconciler, type RepositoryParts } from "./repository.ts";

/** One is read by the inspector while the other is written: more would take the processor from the pushes themselves. */
const IMAGES_AT_ONCE = 2;
/** One reads while the other writes; more would only wait for the database. */
const REPOSITORIES_AT_ONCE = 2;
const ORGANIZATIONS_AT_ONCE = 1;
const DATA_PACKS_AT_ONCE = 1;
const DEPENDENTS_AT_ONCE = 1;
/** What many pushes touch (a repository, its `latest`) is brought up to date a few times a second, not at each push. */
const REST_MS = 500;

/** What waits for each controller. */
export interface Queues {
  image: WorkQueue;
  repository: WorkQueue;
  organization: WorkQueue;
  dataPack: WorkQueue;
  dependents: WorkQueue;
}

export interface QueuesOptions
  extends ImageParts, RepositoryParts, OrganizationParts, DataPackParts, Omit<DependentsParts, "lookAt"> {
  receipts: Record<DirtyKey["kind"], Receipts>;
  /** Everything that follows from these keys is done. */
  settle: (keys: readonly DirtyKey[]) => Promise<void>;
  metrics?: ReconcileMetrics;
  /** How long a key rests before it is reconciled again. Default 500. */
  restMs?: number;
}

/**
 * Starts the controllers, each with a queue. An image's receipts pass on to its repository, which follows from it, and
 * are settled there.
 */
export function startQueues(options: QueuesOptions): Queues {
  const { receipts, settle, restMs = REST_MS } = options;
  const parts = { ...options, restMs };
  const atTheEnd = async (_key: string, held: DirtyKey[]) => settle(held);

  const queues: Queues = {
    image: startController({
      ...parts,
      name: "image",
      concurrency: IMAGES_AT_ONCE,
      groupOf: organizationOfKey,
      reconcile: carryReceipts(
        { receipts: receipts.image, pass: passToRepository },
        createImageReconciler(parts),
      ),
    }),
    repository: startController({
      ...parts,
      name: "repository",
      concurrency: REPOSITORIES_AT_ONCE,
      groupOf: organizationOfKey,
      reconcile: carryReceipts(
        { receipts: receipts.repository, pass: atTheEnd },
        createRepositoryReconciler(parts),
      ),
    }),
    organization: startController({
      ...parts,
      name: "organization",
      concurrency: ORGANIZATIONS_AT_ONCE,
      reconcile: carryReceipts(
        { receipts: receipts.organization, pass: atTheEnd },
        createOrganizationReconciler(parts),
      ),
    }),
    dataPack: startController({
      ...parts,
      name: "data-pack",
      concurrency: DATA_PACKS_AT_ONCE,
      reconcile: createDataPackReconciler(parts),
    }),
    dependents: startController({
      ...parts,
      name: "dependents",
      concurrency: DEPENDENTS_AT_ONCE,
      reconcile: createDependentsReconciler({ ...parts, lookAt: (key) => queues.dependents.add(key) }),
    }),
  };

  function passToRepository(key: string, held: DirtyKey[]): void {
    const repository = repositoryOfKey(key);
    receipts.repository.attach(repository, held);
    queues.repository.add(repository);
  }

  return queues;
}
