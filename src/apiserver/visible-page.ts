import type { ListOptions, ResourceList, ResourceStore } from "../resource-store/port.ts";
import type { Kind, Resource } from "../resources/kinds.ts";
import type { Place } from "./continue-token.ts";
import type { View } from "./visibility.ts";

/** Resources asked of the store at once beyond the first page: between what a caller sees, much may be hidden. */
const BATCH = 500;
/** Resources looked at for one page; one that ends here may be short, and says that there is more. */
const MAX_LOOKED_AT = 20_000;

/** Of what is shown, in characters: some resources carry a README, or data of many images. */
const MAX_PAGE_LENGTH = 16 * 1024 * 1024;

export interface VisiblePage<K extends Kind> {
  items: Resource<K>[];
  resourceVersion: string;
  /** Set when there is more for this caller. */
  next?: Place;
}

/**
 * A page of what a caller sees. It is as long, and ends the list as truly, as if nothing else were there: the length
 * of pages must not tell how much is hidden.
 */
export async function listVisible<K extends Kind>(
  { store, view, kind }: { store: ResourceStore; view: View; kind: K },
  { limit, from, options }: { limit: number; from: Place | undefined; options: ListOptions },
): Promise<VisiblePage<K>> {
  const items: Resource<K>[] = [];
  let length = 0;
  let place = from ?? { page: undefined, seen: 0 };
  let lookedAt = 0;
  // A list of an earlier moment, or the later pages of one.
  const past = from !== undefined || options.resourceVersion !== undefined;
  for (;;) {
    const list: ResourceList<K> = await store.list(kind, { ...options, ...pageOf(place, limit) });
    const { resourceVersion } = list;
    for (const [index, item] of list.items.entries()) {
      const shown = index < place.seen ? undefined : await view.show(item, { past });
      if (!shown) continue;
      if (items.length === limit) return { items, resourceVersion, next: { ...place, seen: index } };
      items.push(shown);
      length += list.lengths[index] ?? 0;
    }
    if (list.continue === undefined) return { items, resourceVersion };
    place = { page: list.continue, seen: 0 };
    lookedAt += list.items.length;
    if (lookedAt > MAX_LOOKED_AT || length >= MAX_PAGE_LENGTH) return { items, resourceVersion, next: place };
  }
}

/** All that a caller sees from a place on, a page of the store at a time; some may be empty. @throws ExpiredError */
export async function* visibleAfter<K extends Kind>(
  { store, viewOf, kind }: { store: ResourceStore; viewOf: () => View; kind: K },
  { from, options }: { from: Place; options: ListOptions },
): AsyncGenerator<Resource<K>[]> {
  let place = from;
  for (;;) {
    const list: ResourceList<K> = await store.list(kind, { ...options, ...pageOf(place, BATCH) });
    const view = viewOf();
    const items: Resource<K>[] = [];
    for (const item of list.items.slice(place.seen)) {
      const shown = await view.show(item);
      if (shown) items.push(shown);
    }
    yield items;
    if (list.continue === undefined) return;
    place = { page: list.continue, seen: 0 };
  }
}

/** The first page has no token to come back to it, so it holds no more than is shown. */
function pageOf({ page, seen }: Place, limit: number): { limit: number; continue?: string } {
  return page === undefined ? { limit } : { limit: Math.max(BATCH, seen + 1), continue: page };
}
