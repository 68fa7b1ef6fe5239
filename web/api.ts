import type { HubInfo } from "../src/api/contract/hub.ts";
import type { Readme } from "../src/api/contract/images.ts";
import type { Me } from "../src/api/contract/me.ts";
import type { SearchQuery, SearchResult } from "../src/api/contract/search.ts";
import type { Image, Organization, Repository } from "../src/resources/kinds.ts";
import type { GROUP, NAMESPACE, VERSION } from "../src/resources/metadata.ts";
import type { ORGANIZATION_LABEL, REPOSITORY_LABEL } from "../src/resources/labels.ts";
import { getJson } from "./http.ts";

// The types make these the same as in `resources/` without carrying its schemas into the first load.
const group: typeof GROUP = "imagehub.sealos.io";
const version: typeof VERSION = "v1";
const namespace: typeof NAMESPACE = "sealos-imagehub";
const organizationLabel: typeof ORGANIZATION_LABEL = `${group}/organization`;
const repositoryLabel: typeof REPOSITORY_LABEL = `${group}/repository`;
/** Where the resources are. */
export const RESOURCES = `/apis/${group}/${version}/namespaces/${namespace}`;

/** Images asked for at once: each carries its README, so a page of them may be large. */
const IMAGE_PAGE_SIZE = 50;

/** One page of a Kubernetes list. */
export interface ResourceList<R> {
  items: R[];
  metadata: { continue?: string };
}

export function searchRepositories(query: SearchQuery, signal: AbortSignal): Promise<SearchResult> {
  return getJson(`/api/v1/search${toQueryString(query)}`, signal);
}

export function getHubInfo(signal: AbortSignal): Promise<HubInfo> {
  return getJson("/api/v1/hub", signal);
}

/** Who is logged in; the name is empty for anonymous. */
export function getMe(signal: AbortSignal): Promise<Me> {
  return getJson("/api/v1/me", signal);
}

/** The repository of that name; undefined when there is none, or none that the caller may see. */
export async function findRepository(name: string, signal: AbortSignal): Promise<Repository | undefined> {
  const list = await listResources<Repository>(
    "repositories",
    { fieldSelector: `spec.name=${name}` },
    signal,
  );
  return list.items[0];
}

/** The image of that tag, with its README; undefined when there is none. */
export async function findImage(name: string, tag: string, signal: AbortSignal): Promise<Image | undefined> {
  const list = await listResources<Image>("images", { fieldSelector: `spec.name=${name}:${tag}` }, signal);
  return list.items[0];
}

/** A page of the images of a repository, in the order of their names. */
export function listImages(
  repository: Repository,
  continueToken: string | undefined,
  signal: AbortSignal,
): Promise<ResourceList<Image>> {
  const labels = repository.metadata.labels ?? {};
  const labelSelector = [organizationLabel, repositoryLabel]
    .map((label) => `${label}=${labels[label] ?? ""}`)
    .join(",");
  return listResources("images", { labelSelector, limit: IMAGE_PAGE_SIZE, continue: continueToken }, signal);
}

export function getOrganization(name: string, signal: AbortSignal): Promise<Organization> {
  return getJson(`${RESOURCES}/organizations/${encodeURIComponent(name)}`, signal);
}

/** The README as it is in the image, where the resource holds only its beginning. */
export function getWholeReadme(name: string, reference: string, signal: AbortSignal): Promise<Readme> {
  return getJson(`/api/v1/images/${name}/-/${encodeURIComponent(reference)}/readme`, signal);
}

type QueryValues = Record<string, string | number | boolean | undefined>;

function listResources<R>(plural: string, query: QueryValues, signal: AbortSignal): Promise<ResourceList<R>> {
  return getJson(`${RESOURCES}/${plural}${toQueryString(query)}`, signal);
}

/** A query with its `?`, without what is undefined or empty. */
export function toQueryString(values: QueryValues): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== "") parameters.set(name, String(value));
  }
  return parameters.size === 0 ? "" : `?${parameters}`;
}
