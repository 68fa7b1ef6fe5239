import { NotFoundError } from "../resource-store/errors.ts";
import type { ListOptions } from "../resource-store/port.ts";
import type { Kind, Resource } from "../resources/kinds.ts";
import { API_VERSION } from "../resources/metadata.ts";
import type { ResourceRequest } from "./routes.ts";
import { parseFieldSelector, parseLabelSelector } from "./selectors.ts";
import { StatusError } from "./status.ts";

/** Resources of a page when the caller does not say, and at most. */
const DEFAULT_LIMIT = 500;
const MAX_LIMIT = 10_000;

/** One resource. @throws NotFoundError also for what the caller may not see */
export async function getResource(
  { store, view, kind }: ResourceRequest,
  name: string,
): Promise<Resource<Kind>> {
  const shown = await view.show(await store.get(kind, name));
  if (!shown) throw new NotFoundError(kind, name);
  return shown;
}

/** A page of resources; one that leaves out what the caller may not see may be shorter than its limit. */
export async function listResources({ store, view, kind, request }: ResourceRequest) {
  const list = await store.list(kind, listOptions(request.query as Query));
  const items: Resource<Kind>[] = [];
  for (const item of list.items) {
    const shown = await view.show(item);
    if (shown) items.push(shown);
  }
  return {
    apiVersion: API_VERSION,
    kind: `${kind}List`,
    metadata: {
      resourceVersion: list.resourceVersion,
      ...(list.continue !== undefined && { continue: list.continue }),
    },
    items,
  };
}

interface Query {
  labelSelector?: string;
  fieldSelector?: string;
  limit?: string;
  continue?: string;
}

/** The selectors of a request. @throws StatusError BadRequest */
export function selectorsOf({
  labelSelector,
  fieldSelector,
}: Query): Pick<ListOptions, "labelSelector" | "fieldSelector"> {
  return {
    ...(labelSelector && { labelSelector: parseLabelSelector(labelSelector) }),
    ...(fieldSelector && { fieldSelector: parseFieldSelector(fieldSelector) }),
  };
}

function listOptions(query: Query): ListOptions {
  return {
    ...selectorsOf(query),
    limit: parseLimit(query.limit),
    ...(query.continue && { continue: query.continue }),
  };
}

function parseLimit(text: string | undefined): number {
  if (text === undefined || text === "" || text === "0") return DEFAULT_LIMIT;
  if (!/^\d{1,9}$/.test(text))
    throw new StatusError(
      400,
      "BadRequest",
      `Cannot read limit ${JSON.stringify(text.slice(0, 50))}: expected a number`,
    );
  return Math.min(Number(text), MAX_LIMIT);
}
