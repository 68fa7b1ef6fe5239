import type { HubInfo, Problem, Readme, SearchQuery, SearchResult } from "../src/api/contract.ts";
import type { Image, Organization, Repository } from "../src/resources/kinds.ts";
import type { GROUP, NAMESPACE, VERSION } from "../src/resources/metadata.ts";
import type { ORGANIZATION_LABEL, REPOSITORY_LABEL } from "../src/resources/labels.ts";

// The types make these the same as in `resources/` without carrying its schemas into the first load.
const group: typeof GROUP = "imagehub.sealos.io";
const version: typeof VERSION = "v1";
const namespace: typeof NAMESPACE = "sealos-imagehub";
const organizationLabel: typeof ORGANIZATION_LABEL = `${group}/organization`;
const repositoryLabel: typeof REPOSITORY_LABEL = `${group}/repository`;
const RESOURCES = `/apis/${group}/${version}/namespaces/${namespace}`;

/** A page that has waited this long for an answer says so, and offers to try again. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Images asked for at once: each carries its README, so a page of them may be large. */
const IMAGE_PAGE_SIZE = 50;

/** A request that got no good answer. `status` is 0 when there was no answer at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly requestId: string | undefined;

  constructor(message: string, options: { status: number; requestId?: string | undefined; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = "ApiError";
    this.status = options.status;
    this.requestId = options.requestId;
  }
}

/** True when a list went on for so long that its next page is no longer kept: it must begin again. */
export function isExpired(error: Error): boolean {
  return error instanceof ApiError && error.status === 410;
}

/** One page of a Kubernetes list. */
export interface ResourceList<R> {
  items: R[];
  metadata: { continue?: string; remainingItemCount?: number };
}

export function searchRepositories(query: SearchQuery, signal: AbortSignal): Promise<SearchResult> {
  return getJson(`/api/v1/search${toQueryString(query)}`, signal);
}

export function getHubInfo(signal: AbortSignal): Promise<HubInfo> {
  return getJson("/api/v1/hub", signal);
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

type QueryValues = Record<string, string | number | undefined>;

function listResources<R>(plural: string, query: QueryValues, signal: AbortSignal): Promise<ResourceList<R>> {
  return getJson(`${RESOURCES}/${plural}${toQueryString(query)}`, signal);
}

function toQueryString(values: QueryValues): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== "") parameters.set(name, String(value));
  }
  return parameters.size === 0 ? "" : `?${parameters}`;
}

/**
 * The one way out: every answer that is not JSON with a good status becomes an ApiError.
 * The shape is the server's promise (`api/contract.ts`, `resources/`); both come out of one release.
 */
async function getJson<T>(address: string, signal: AbortSignal): Promise<T> {
  const response = await send(address, signal);
  if (!response.ok) throw await toApiError(response);
  try {
    return (await response.json()) as T;
  } catch (cause) {
    throw new ApiError(`Cannot read ${address}: expected JSON`, {
      status: response.status,
      requestId: requestIdOf(response),
      cause,
    });
  }
}

async function send(address: string, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(address, {
      headers: { accept: "application/json" },
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
    });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new ApiError(`Cannot reach ${address}`, { status: 0, cause });
  }
}

/** Reads what `/api` (RFC 9457 problem) and `/apis` (Kubernetes Status) say of a failure. */
async function toApiError(response: Response): Promise<ApiError> {
  const body: Partial<Problem> & { message?: string } = await response.json().catch(() => ({}));
  const message = body.detail ?? body.message ?? body.title ?? response.statusText;
  return new ApiError(message, {
    status: response.status,
    requestId: body.requestId ?? requestIdOf(response),
  });
}

function requestIdOf(response: Response): string | undefined {
  return response.headers.get("x-request-id") ?? undefined;
}
