import { NotFoundError } from "../resource-store/errors.ts";
import type { FieldRequirement, ListOptions } from "../resource-store/port.ts";
import type { Kind, Resource } from "../resources/kinds.ts";
import { API_VERSION } from "../resources/metadata.ts";
import { nameOfSpecName } from "../resources/names.ts";
import type { Query, ResourceRequest } from "./context.ts";
import { parseFieldSelector, parseLabelSelector } from "./selectors.ts";
import { StatusError } from "./status.ts";
import { listVisible } from "./visible-page.ts";

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

/** A page of resources. @throws StatusError BadRequest; ExpiredError */
export async function listResources({ store, view, kind, query, continueTokens }: ResourceRequest) {
  const { items, resourceVersion, next } = await listVisible(
    { store, view, kind },
    {
      limit: parseLimit(query["limit"]),
      from: query["continue"] ? continueTokens.open(query["continue"]) : undefined,
      selectors: selectorsOf(kind, query),
    },
  );
  return {
    apiVersion: API_VERSION,
    kind: `${kind}List`,
    metadata: { resourceVersion, ...(next && { continue: continueTokens.seal(next) }) },
    items,
  };
}

/** The selectors of a request. @throws StatusError BadRequest */
export function selectorsOf(
  kind: Kind,
  { labelSelector, fieldSelector }: Query,
): Pick<ListOptions, "labelSelector" | "fieldSelector"> {
  return {
    ...(labelSelector && { labelSelector: parseLabelSelector(labelSelector) }),
    ...(fieldSelector && { fieldSelector: withDerivedName(kind, parseFieldSelector(fieldSelector)) }),
  };
}

/** `spec.name` decides `metadata.name`, by which the store finds a resource without reading all. */
function withDerivedName(kind: Kind, requirements: FieldRequirement[]): FieldRequirement[] {
  const byName = requirements.find(({ path, operator }) => path === "spec.name" && operator === "=");
  const value = byName && nameOfSpecName(kind, byName.value);
  return value === undefined
    ? requirements
    : [...requirements, { path: "metadata.name", operator: "=", value }];
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
