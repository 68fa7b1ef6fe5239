import { FutureVersionError, NotFoundError } from "../resource-store/errors.ts";
import type { FieldRequirement, ListOptions } from "../resource-store/port.ts";
import { KINDS, type Kind } from "../resources/kinds.ts";
import { API_VERSION } from "../resources/metadata.ts";
import { nameOfSpecName } from "../resources/names.ts";
import type { ResourceRequest } from "./context.ts";
import type { Query } from "./query.ts";
import { parseFieldSelector } from "./field-selector.ts";
import { isBrief } from "./form.ts";
import { parseLabelSelector } from "./label-selector.ts";
import { parseListQuery } from "./list-options.ts";
import type { LongList } from "./long-list.ts";
import { present } from "./present.ts";
import { StatusError } from "./status.ts";
import { createView, type View } from "./visibility.ts";
import { listVisible, visibleAfter } from "./visible-page.ts";

/** One resource, in the form asked for; a whole one is JSON. @throws NotFoundError also for what may not be seen */
export async function getResource(request: ResourceRequest, name: string): Promise<object | string> {
  const { store, view, kind, form } = request;
  if (form.as === "Object") return getWhole(request, name);
  const shown = await view.show(await store.get(kind, name));
  if (!shown) throw new NotFoundError(kind, name);
  return present(form, shown);
}

/** What is shown as it is was JSON before, and is not parsed to be made JSON again. */
async function getWhole({ store, view, kind }: ResourceRequest, name: string): Promise<object | string> {
  const { brief, json } = await store.getJson(kind, name);
  const shown = await view.show(brief);
  if (!shown) throw new NotFoundError(kind, name);
  return shown === brief ? json : shown;
}

/** A page of resources, or all. @throws StatusError BadRequest, Invalid; ExpiredError, FutureVersionError */
export async function listResources(request: ResourceRequest): Promise<LongList> {
  const { store, access, caller, view, kind, query, form, continueTokens } = request;
  const { limit, isWhole, continue: token, version } = parseListQuery(query);
  const exactly = version?.match === "Exact" ? { resourceVersion: version.value } : {};
  const options = { ...selectorsOf(kind, query), ...exactly, withoutDocs: isBrief(form) };
  const from = token === undefined ? undefined : continueTokens.open(token);
  const { items, resourceVersion, next } = await listVisible({ store, view, kind }, { limit, from, options });
  if (version && Number(version.value) > Number(resourceVersion)) {
    throw new FutureVersionError(version.value, resourceVersion);
  }
  const first = { apiVersion: API_VERSION, kind: `${kind}List`, metadata: { resourceVersion }, items };
  if (!next) return { first };
  if (!isWhole) {
    return { first: { ...first, metadata: { resourceVersion, continue: continueTokens.seal(next) } } };
  }
  // What is remembered of rights does not grow with the list, and rights may change while it is sent.
  const viewOf = (): View => createView(access, caller);
  return { first, rest: visibleAfter({ store, viewOf, kind }, { from: next, options }) };
}

/** The selectors of a request. @throws StatusError BadRequest */
export function selectorsOf(
  kind: Kind,
  { labelSelector, fieldSelector }: Query,
): Pick<ListOptions, "labelSelector" | "fieldSelector"> {
  return {
    ...(labelSelector && { labelSelector: parseLabelSelector(labelSelector) }),
    ...(fieldSelector && {
      fieldSelector: withDerivedName(kind, requireFields(kind, parseFieldSelector(fieldSelector))),
    }),
  };
}

function requireFields(kind: Kind, requirements: FieldRequirement[]): FieldRequirement[] {
  const known = KINDS[kind].selectableFields as readonly string[];
  const unknown = requirements.find(({ path }) => path.startsWith("spec.") && !known.includes(`.${path}`));
  if (!unknown) return requirements;
  throw new StatusError(400, "BadRequest", `field label not supported: ${unknown.path}`);
}

/** `spec.name` decides `metadata.name`, by which the store finds a resource without reading all. */
function withDerivedName(kind: Kind, requirements: FieldRequirement[]): FieldRequirement[] {
  const byName = requirements.find(({ path, operator }) => path === "spec.name" && operator === "=");
  const value = byName && nameOfSpecName(kind, byName.value);
  return value === undefined
    ? requirements
    : [...requirements, { path: "metadata.name", operator: "=", value }];
}
