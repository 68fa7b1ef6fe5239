import type { Kind, Resource } from "../resources/kinds.ts";
import { isDerivedLabel } from "../resources/labels.ts";
import { GROUP } from "../resources/metadata.ts";

// An annotation, since users may give a spec to what a push made, and what they made stays when it is empty again.
const MADE_BY_ANNOTATION = `${GROUP}/made-by`;
const PUSH = "push";
/** What `kubectl apply` notes, whatever is applied. */
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** Marks a new resource as one that exists for as long as what was pushed does. */
export function markMadeByPush<K extends Kind>(resource: Resource<K>): Resource<K> {
  const annotations = { ...resource.metadata.annotations, [MADE_BY_ANNOTATION]: PUSH };
  return { ...resource, metadata: { ...resource.metadata, annotations } };
}

export function isMadeByPush({ metadata }: Resource<Kind>): boolean {
  return metadata.annotations?.[MADE_BY_ANNOTATION] === PUSH;
}

/** True when a user gave it a label or an annotation, beside those of the hub and of kubectl. */
export function isMarkedByUser({ metadata }: Resource<Kind>): boolean {
  const { labels = {}, annotations = {} } = metadata;
  return (
    Object.keys(labels).some((key) => !isDerivedLabel(key)) ||
    Object.keys(annotations).some(isUsersAnnotation)
  );
}

function isUsersAnnotation(key: string): boolean {
  return !key.startsWith(`${GROUP}/`) && key !== LAST_APPLIED;
}
