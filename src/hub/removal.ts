import { admit } from "../admission/admit.ts";
import { readFacts, type FactsSource } from "../apiserver/facts.ts";
import type { Subject } from "../auth/subject.ts";
import type { Removal } from "../controllers/dependents.ts";
import { finalizersOfDeletion } from "../resources/propagation.ts";
import type { ApiserverContext } from "../apiserver/context.ts";

/** By whom what has no owner left is deleted; no user can be called so. */
const COLLECTOR: Subject = { kind: "user", name: "imagehub owners", administrator: true };

/** It is in no organization, and needs none: it is an administrator. */
const NO_ROLES: FactsSource["access"] = { role: () => Promise.resolve(undefined) };

/** Deletes for the controllers: what admission keeps stays, and content goes with its resource. */
export function createRemoval(
  given: Omit<FactsSource, "access"> & Pick<ApiserverContext, "removeContent">,
): Removal {
  const source = { ...given, access: NO_ROLES };
  const { store, removeContent } = source;
  return {
    async remove(resource, propagation) {
      const { kind, metadata } = resource;
      const { name, uid, resourceVersion } = metadata;
      const facts = await readFacts(source, { resource, caller: COLLECTOR });
      admit({ kind, operation: "delete", old: resource, caller: COLLECTOR, facts });
      const isGoing = finalizersOfDeletion(metadata.finalizers, propagation).length === 0;
      if (isGoing) await removeContent(resource, COLLECTOR);
      await store.delete(kind, name, {
        propagation,
        ...(uid && { uid }),
        // Its content is gone: whatever was said of it meanwhile goes too.
        ...(resourceVersion && !isGoing && { resourceVersion }),
      });
    },
    async finish(resource, finalizer) {
      const finalizers = (resource.metadata.finalizers ?? []).filter((name) => name !== finalizer);
      if (finalizers.length === 0) await removeContent(resource, COLLECTOR);
      await store.update({ ...resource, metadata: { ...resource.metadata, finalizers } });
    },
  };
}
