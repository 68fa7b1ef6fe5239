import { startInformer, type Informer, type InformerOptions } from "../reconcile/informer.ts";
import type { WorkQueue } from "../reconcile/work-queue.ts";
import type { Kind } from "../resources/kinds.ts";
import type { DependentIndex } from "./dependent-index.ts";

/** Who owns what, and whose turn it is to be looked at for it. */
export interface Ownership {
  dependents: DependentIndex;
  owned: WorkQueue;
}

/** Starts an informer that learns who owns what besides. */
export function startOwnedInformer<K extends Kind>(
  { dependents, owned }: Ownership,
  options: InformerOptions<K>,
): Informer {
  async function lookAt(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await owned.room();
    for (const key of keys) owned.add(key);
  }

  return startInformer({
    ...options,
    async onChange(resource, why) {
      await lookAt(dependents.set(resource));
      await options.onChange(resource, why);
    },
    async onDelete(resource) {
      await lookAt(dependents.remove(resource));
      await options.onDelete?.(resource);
    },
    onRelist() {
      dependents.restart(options.kind);
      options.onRelist?.();
    },
    onListed() {
      dependents.finish(options.kind);
      options.onListed?.();
    },
  });
}
