import type { Resource } from "../resources/kinds.ts";
import { isDerivedLabel, labelsOfSpecName } from "../resources/labels.ts";

/**
 * A resource with the labels that the hub derives: the users' stay, derived ones that no longer follow go. The
 * keywords are the user's, or those that the hub found.
 */
export function withDerivedLabels<K extends "Image" | "Repository">(
  resource: Resource<K>,
  keywords: { own: readonly string[] | undefined; found: readonly string[] | undefined },
): Resource<K> {
  const { own = [], found = [] } = keywords;
  const { kind, metadata, spec } = resource;
  const derived = labelsOfSpecName(kind, spec.name, own.length > 0 ? own : found);
  if (!derived) return resource;
  const users = Object.entries(metadata.labels ?? {}).filter(([key]) => !isDerivedLabel(key));
  return { ...resource, metadata: { ...metadata, labels: { ...Object.fromEntries(users), ...derived } } };
}
