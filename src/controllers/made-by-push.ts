import type { Kind, Resource } from "../resources/kinds.ts";
import { GROUP } from "../resources/metadata.ts";

// An annotation, since users may give a spec to what a push made, and what they made stays when it is empty again.
const MADE_BY_ANNOTATION = `${GROUP}/made-by`;
const PUSH = "push";

/** Marks a new resource as one that exists for as long as what was pushed does. */
export function markMadeByPush<K extends Kind>(resource: Resource<K>): Resource<K> {
  const annotations = { ...resource.metadata.annotations, [MADE_BY_ANNOTATION]: PUSH };
  return { ...resource, metadata: { ...resource.metadata, annotations } };
}

export function isMadeByPush({ metadata }: Resource<Kind>): boolean {
  return metadata.annotations?.[MADE_BY_ANNOTATION] === PUSH;
}
