import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { toKubernetesTime } from "../../resources/conditions.ts";
import type { Kind, Resource } from "../../resources/kinds.ts";
import { NAMESPACE, type ObjectMeta } from "../../resources/metadata.ts";
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
  const copy = JSON.parse(JSON.stringify(resource)) as Resource<K>;
  for (const field of OMITTED_WHEN_EMPTY) {
    const value = copy.metadata[field];
    if (value === null || (value && Object.keys(value).length === 0)) delete copy.metadata[field];
  }
  return copy;
}
