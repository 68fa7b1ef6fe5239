import type { Preconditions } from "../resource-store/port.ts";
import type { ObjectMeta } from "../resources/metadata.ts";

/** Of an object as it is. */
type Identity = Pick<ObjectMeta, "uid" | "resourceVersion">;

/** Kubernetes' words for an object that is not the one that a change was made for. */
export function uidDiffers({ uid }: Identity, given: Identity): string | undefined {
  if (!given.uid || given.uid === uid) return undefined;
  return `Precondition failed: UID in precondition: ${given.uid}, UID in object meta: ${uid}`;
}

/** Whether a change was made for another version of an object than it has. */
export function isStale({ resourceVersion }: Identity, given: Identity): boolean {
  return Boolean(given.resourceVersion) && given.resourceVersion !== resourceVersion;
}

/** Why an object is not to be deleted, by what `DeleteOptions` ask of it; undefined when it is. */
export function whyNotDeleted(now: Identity, { uid, resourceVersion }: Preconditions): string | undefined {
  if (uid && uid !== now.uid) {
    return `the UID in the precondition (${uid}) does not match the UID in record (${now.uid}). The object might have been deleted and then recreated`;
  }
  if (resourceVersion && resourceVersion !== now.resourceVersion) {
    return `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${now.resourceVersion}). The object might have been modified`;
  }
  return undefined;
}
