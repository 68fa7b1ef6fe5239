import type { Resource } from "../resources/kinds.ts";
import { isDerivedLabel, KEYWORD_LABEL_PREFIX, labelsOfSpecName } from "../resources/labels.ts";
import type { AdmissionRequest } from "./request.ts";

/** Each is a header, and clients take few kilobytes of them. */
const MAX_WARNINGS = 10;

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

/**
 * What is said to who gives labels that the hub derives, and that do not follow. Those that were there before are no
 * news: clients send back what they got.
 * @param from the field that keywords come from
 */
export function labelWarnings(
  { metadata: { labels: kept = {} } }: Resource<"Image" | "Repository">,
  { old, new: given }: AdmissionRequest<"Image" | "Repository">,
  from: string,
): string[] {
  const before = old?.metadata.labels ?? {};
  return Object.entries(given?.metadata.labels ?? {})
    .filter(([key, value]) => isDerivedLabel(key) && value !== kept[key] && value !== before[key])
    .slice(0, MAX_WARNINGS)
    .map(([key]) => `metadata.labels ${key} is not kept: ${whyDerived(key, from)}`);
}

function whyDerived(key: string, from: string): string {
  return key.startsWith(KEYWORD_LABEL_PREFIX)
    ? `keyword labels follow from ${from}; put the keyword there`
    : "it follows from spec.name";
}
