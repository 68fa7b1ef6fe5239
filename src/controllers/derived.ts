import type { EventRecorder } from "../events/recorder.ts";
import type { ResourceStore } from "../resource-store/port.ts";
import { newResource, type Kind, type Resource, type Spec, type Status } from "../resources/kinds.ts";
import { isDerivedLabel } from "../resources/labels.ts";
import { changedFindings } from "./findings.ts";
import { markMadeByPush } from "./made-by-push.ts";

/** What a change is made with, and told to. */
export interface Writing<Method extends keyof ResourceStore> {
  store: Pick<ResourceStore, Method>;
  recorder: EventRecorder;
}

/**
 * Writes what the hub derives: labels when they differ, then the status, once and last, so that a status stands for a
 * reconcile that came to its end. The users' labels stay. A draft is created, with all of it.
 * @throws AlreadyExistsError, NotFoundError, ConflictError when somebody else wrote since `resource` was read
 */
export async function writeDerived<K extends Kind>(
  { store, recorder }: Writing<"create" | "update" | "updateStatus">,
  resource: Resource<K>,
  { labels = {}, status }: { labels?: Record<string, string>; status: Status<K> },
): Promise<void> {
  const labelled = hasDerivedLabels(resource, labels) ? resource : withDerivedLabels(resource, labels);
  const isDraft = resource.metadata.resourceVersion === undefined;
  const written = isDraft
    ? await store.create({ ...labelled, status })
    : labelled === resource
      ? resource
      : await store.update(labelled);
  // A store need not take a status with a new resource, as Kubernetes does not.
  await writeStatus({ store, recorder }, { ...written, status }, resource);
}

/** Writes a status, and tells what changed with it since before. @throws NotFoundError, ConflictError */
export async function writeStatus<K extends Kind>(
  { store, recorder }: Writing<"updateStatus">,
  resource: Resource<K>,
  before: Resource<K>,
): Promise<void> {
  const known = await store.updateStatus(resource);
  for (const happening of changedFindings(known, before)) recorder.record(happening);
}

/** A resource that a push makes, to be created by `writeDerived`. */
export function draftOfPush<K extends Kind>(kind: K, name: string, spec: Spec<K>): Resource<K> {
  const draft = markMadeByPush(newResource(kind, name, { spec }));
  return { ...draft, metadata: { ...draft.metadata, generation: 1 } };
}

/** Deletes a resource if nobody changed it since it was read. @throws NotFoundError, ConflictError */
export async function deleteAsRead(
  { store, recorder }: Writing<"delete">,
  resource: Resource<Kind>,
  why: { reason: string; message: string },
): Promise<void> {
  const { kind, metadata } = resource;
  const { name, uid, resourceVersion } = metadata;
  await store.delete(kind, name, { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) });
  recorder.record({ about: resource, type: "Normal", ...why });
}

/** True when the derived labels are exactly these. */
export function hasDerivedLabels(resource: Resource<Kind>, labels: Record<string, string>): boolean {
  const derived = Object.entries(resource.metadata.labels ?? {}).filter(([key]) => isDerivedLabel(key));
  return (
    derived.length === Object.keys(labels).length && derived.every(([key, value]) => labels[key] === value)
  );
}

function withDerivedLabels<K extends Kind>(
  resource: Resource<K>,
  labels: Record<string, string>,
): Resource<K> {
  const own = Object.entries(resource.metadata.labels ?? {}).filter(([key]) => !isDerivedLabel(key));
  return {
    ...resource,
    metadata: { ...resource.metadata, labels: { ...Object.fromEntries(own), ...labels } },
  };
}
