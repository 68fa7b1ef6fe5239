import type { Static } from "typebox";
import type { EventRecorder } from "../events/recorder.ts";
import { AdmissionError } from "../admission/errors.ts";
import type { Reconcile } from "../reconcile/controller.ts";
import { findResource } from "../resource-store/find-resource.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import { KINDS, type Kind, type Resource } from "../resources/kinds.ts";
import { GROUP, type OwnerReference as Reference } from "../resources/metadata.ts";
import { FOREGROUND, ORPHAN, type Propagation } from "../resources/propagation.ts";
import type { DependentIndex } from "./dependent-index.ts";

type OwnerReference = Static<typeof Reference>;

/** How soon to look again whether all resources are known. */
const COMPLETE_AFTER_MS = 1000;

/** Deletes resources as their users would, with what is stored for them. */
export interface Removal {
  /** @throws AdmissionError when it may not be deleted as things are; NotFoundError, ConflictError */
  remove(resource: Resource<Kind>, propagation: Propagation): Promise<void>;
  /** Takes a finalizer away; with the last, one that is being deleted goes. @throws NotFoundError, ConflictError */
  finish(resource: Resource<Kind>, finalizer: string): Promise<void>;
}

export interface DependentsParts {
  store: ResourceStore;
  dependents: DependentIndex;
  removal: Removal;
  recorder: EventRecorder;
  /** Asks to look at another resource. */
  lookAt: (key: string) => void;
}

/**
 * Reconciles owners and what they own, by `Kind name`, as Kubernetes' garbage collector does: what has no owner left is
 * deleted, and who is deleted waits for what it owns, if it was asked to.
 */
export function createDependentsReconciler(parts: DependentsParts): Reconcile {
  const { store, dependents } = parts;
  return async (key) => {
    if (!dependents.isComplete) return { requeueAfterMs: COMPLETE_AFTER_MS };
    const [kind = "", name = ""] = key.split(" ");
    // Owners of other groups are nothing that the hub knows.
    const resource = isKind(kind) ? await findResource(store, kind, name) : undefined;
    if (!resource) return undefined;
    const { deletionTimestamp, finalizers = [] } = resource.metadata;
    if (deletionTimestamp === undefined) await judge(parts, resource);
    else if (finalizers.includes(ORPHAN)) await orphan(parts, resource);
    else if (finalizers.includes(FOREGROUND)) await awaitDependents(parts, resource);
    return undefined;
  };
}

function isKind(kind: string): kind is Kind {
  return Object.hasOwn(KINDS, kind);
}

/** Gone: of another uid, or not there. Going: waits for what it owns. */
type OwnerState = "there" | "going" | "gone";

/** Deletes what has owners, and none that stays; else takes those away that do not stay. */
async function judge({ store, dependents, removal, recorder }: DependentsParts, resource: Resource<Kind>) {
  const { ownerReferences = [], uid = "" } = resource.metadata;
  if (ownerReferences.length === 0) return;
  const states = await Promise.all(ownerReferences.map((reference) => stateOf(store, reference)));
  if (states.every((state) => state === "there")) return;
  if (states.includes("there")) {
    const left = ownerReferences.filter((_, index) => states[index] === "there");
    await store.update(withOwners(resource, left));
    return;
  }
  const waits = states.includes("going") && dependents.of(uid).length > 0;
  await remove({ removal, recorder }, resource, waits ? "Foreground" : "Background");
}

/** What admission keeps stays, until it is changed: its users are told. */
async function remove(
  { removal, recorder }: Pick<DependentsParts, "removal" | "recorder">,
  resource: Resource<Kind>,
  propagation: Propagation,
): Promise<void> {
  try {
    await removal.remove(resource, propagation);
    const message = "Deleted, since its owners were";
    recorder.record({ about: resource, type: "Normal", reason: "OwnersDeleted", message });
  } catch (error) {
    if (!(error instanceof AdmissionError)) throw error;
    const message = `Its owners were deleted, and it stays: ${error.message}`;
    recorder.record({ about: resource, type: "Warning", reason: "KeptWithoutOwners", message });
  }
}

async function stateOf(
  store: ResourceStore,
  { apiVersion, kind, name, uid }: OwnerReference,
): Promise<OwnerState> {
  if (apiVersion.split("/")[0] !== GROUP || !isKind(kind)) return "there";
  const owner = await findResource(store, kind, name);
  if (owner?.metadata.uid !== uid) return "gone";
  const { deletionTimestamp, finalizers = [] } = owner.metadata;
  return deletionTimestamp !== undefined && finalizers.includes(FOREGROUND) ? "going" : "there";
}

async function orphan({ store, dependents, removal }: DependentsParts, owner: Resource<Kind>): Promise<void> {
  const { uid = "" } = owner.metadata;
  for (const dependent of await readDependents(store, dependents.of(uid))) {
    const left = (dependent.metadata.ownerReferences ?? []).filter((reference) => reference.uid !== uid);
    await store.update(withOwners(dependent, left));
  }
  await removal.finish(owner, ORPHAN);
}

async function awaitDependents(
  { store, dependents, removal, lookAt }: DependentsParts,
  owner: Resource<Kind>,
): Promise<void> {
  const { uid = "" } = owner.metadata;
  const keys = dependents.of(uid);
  // Each deletes itself, and asks for its owner when it is gone.
  for (const key of keys) lookAt(key);
  const owned = await readDependents(store, keys);
  if (owned.some((dependent) => blocks(dependent, uid))) return;
  await removal.finish(owner, FOREGROUND);
}

function blocks({ metadata: { ownerReferences = [] } }: Resource<Kind>, uid: string): boolean {
  return ownerReferences.some((reference) => reference.uid === uid && reference.blockOwnerDeletion === true);
}

async function readDependents(store: ResourceStore, keys: readonly string[]): Promise<Resource<Kind>[]> {
  const found: Resource<Kind>[] = [];
  for (const key of keys) {
    const [kind = "", name = ""] = key.split(" ");
    const resource = isKind(kind) ? await findResource(store, kind, name) : undefined;
    if (resource) found.push(resource);
  }
  return found;
}

function withOwners(resource: Resource<Kind>, ownerReferences: OwnerReference[]): Resource<Kind> {
  return { ...resource, metadata: { ...resource.metadata, ownerReferences } };
}
