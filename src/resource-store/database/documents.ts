import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { toKubernetesTime } from "../../resources/conditions.ts";
import type { Kind, Resource } from "../../resources/kinds.ts";
import { NAMESPACE, type ObjectMeta } from "../../resources/metadata.ts";
import { finalizersOfDeletion, type Propagation } from "../../resources/propagation.ts";
import type { NewResource } from "../port.ts";

/** A resource as the store keeps it: with all the metadata that the store gives. */
export function createdDocument<K extends Kind>(resource: NewResource<K>, now: Date): Resource<K> {
  const { apiVersion, kind, metadata, spec, status } = resource;
  const identity = { uid: randomUUID(), generation: 1, creationTimestamp: toKubernetesTime(now) };
  return normalized({
    apiVersion,
    kind,
    metadata: { ...metadata, namespace: NAMESPACE, ...identity },
    spec,
    ...(status && { status }),
  });
}

/** `old` with the metadata and spec of `resource`; generation grows with a new spec. */
export function updatedDocument<K extends Kind>(old: Resource<K>, resource: Resource<K>): Resource<K> {
  const { spec, metadata } = normalized(resource);
  const specChanged = !isDeepStrictEqual(spec, old.spec);
  return normalized({
    ...old,
    metadata: {
      ...metadata,
      ...identityOf(old.metadata),
      generation: (old.metadata.generation ?? 0) + Number(specChanged),
    },
    spec,
  });
}

/** `old` with the status of `resource`. */
export function documentWithStatus<K extends Kind>(old: Resource<K>, { status }: Resource<K>): Resource<K> {
  const { status: _, ...rest } = old;
  return normalized({ ...rest, ...(status && { status }) });
}

/** `old` when it is deleted: undefined, or marked until its finalizers are gone. */
export function deletedDocument<K extends Kind>(
  old: Resource<K>,
  { now, propagation }: { now: Date; propagation?: Propagation | undefined },
): Resource<K> | undefined {
  const { metadata } = old;
  const finalizers = finalizersOfDeletion(metadata.finalizers, propagation);
  if (finalizers.length === 0) return undefined;
  const deletionTimestamp = metadata.deletionTimestamp ?? toKubernetesTime(now);
  return normalized({ ...old, metadata: { ...metadata, finalizers, deletionTimestamp } });
}

/** Undefined when nothing keeps a resource that was to be deleted. */
export function unlessDeleted<K extends Kind>(resource: Resource<K>): Resource<K> | undefined {
  const { deletionTimestamp, finalizers } = resource.metadata;
  return deletionTimestamp !== undefined && !finalizers?.length ? undefined : resource;
}

export function withVersion<K extends Kind>(resource: Resource<K>, version: number): Resource<K> {
  return { ...resource, metadata: { ...resource.metadata, resourceVersion: String(version) } };
}

/** What a caller cannot change. */
function identityOf({
  name,
  namespace,
  uid,
  creationTimestamp,
  deletionTimestamp,
  resourceVersion,
}: ObjectMeta): Partial<ObjectMeta> & { name: string } {
  const identity = { name, namespace, uid, creationTimestamp, deletionTimestamp, resourceVersion };
  return identity as Partial<ObjectMeta> & { name: string };
}

/** Metadata that says nothing when it is empty. */
const OMITTED_WHEN_EMPTY = ["labels", "annotations", "finalizers", "ownerReferences"] as const;

/** As it comes back from JSON, so that equal resources compare equal, and the store shares nothing with its caller. */
function normalized<K extends Kind>(resource: Resource<K>): Resource<K> {
  const copy = plainCopy(resource) as Resource<K>;
  for (const field of OMITTED_WHEN_EMPTY) {
    const value = copy.metadata[field];
    if (value === null || (value && Object.keys(value).length === 0)) delete copy.metadata[field];
  }
  return copy;
}

/** What JSON.parse makes of JSON.stringify's, without writing long texts and reading them again. */
function plainCopy(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => (item === undefined ? null : plainCopy(item)));
  const copy: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(value))
    if (child !== undefined) setOwn(copy, key, plainCopy(child));
  return copy;
}

/** `__proto__` is a key as any other. */
function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== "__proto__") target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
