import { ExpiredError, FutureVersionError } from "../resource-store/errors.ts";
import type { ResourceRequest } from "./context.ts";
import { parseListQuery } from "./list-options.ts";
import type { LongList } from "./long-list.ts";
import type { AnyObject, NamedObject } from "./partial-metadata.ts";

/** Objects of one kind that are listed in the order of their names, as they are now: no earlier moment is kept. */
export interface NamedObjects {
  apiVersion: string;
  kind: string;
  /** In words, for people. */
  plural: string;
  /** Objects of a page at most, when they are large: one asked for with more is shorter, and says so. */
  maxPage?: number;
  /** The version now. */
  version(): Promise<number>;
  /**
   * What the caller sees and asked for after a name, "" being before all.
   * @param wanted how many will be taken, perhaps
   */
  after(name: string, wanted: number): AsyncIterable<NamedObject>;
}

/** Objects of a page when all are wanted. */
const PAGE_OF_WHOLE = 500;

/**
 * A page of objects, or all.
 * @throws StatusError BadRequest, Invalid; ExpiredError, FutureVersionError
 */
export async function listNamed(
  { query, continueTokens }: Pick<ResourceRequest, "query" | "continueTokens">,
  objects: NamedObjects,
): Promise<LongList> {
  const { limit, isWhole, continue: token, version } = parseListQuery(query);
  const { apiVersion, kind, plural, maxPage = limit } = objects;
  const current = await objects.version();
  if (version && Number(version.value) > current) throw new FutureVersionError(version.value, `${current}`);
  if (version?.match === "Exact" && Number(version.value) < current) {
    throw new ExpiredError(
      `Cannot list ${plural} at resourceVersion ${version.value}: only the latest is kept`,
    );
  }
  // Later pages tell the version of the first: who watches from there misses nothing.
  const place =
    token === undefined
      ? { resourceVersion: String(current), after: "" }
      : openPlace(plural, continueTokens.open(token).page);
  const { resourceVersion } = place;
  const { items, next } = await readPage(objects, {
    after: place.after,
    limit: Math.min(limit, maxPage),
  });
  const first = { apiVersion, kind: `${kind}List`, metadata: { resourceVersion }, items };
  if (next === undefined) return { first };
  if (isWhole) return { first, rest: pagesAfter(objects, next) };
  const page = JSON.stringify({ plural, resourceVersion, after: next } satisfies Place);
  const metadata = { resourceVersion, continue: continueTokens.seal({ page, seen: 0 }) };
  return { first: { ...first, metadata } };
}

/** Where a list goes on. */
interface Place {
  /** What is listed. */
  plural: string;
  /** Of the first page. */
  resourceVersion: string;
  /** The name to go on after. */
  after: string;
}

/** @throws ExpiredError for a token of another list */
function openPlace(plural: string, page = ""): Place {
  const place = page.startsWith("{") ? (JSON.parse(page) as Place) : undefined;
  if (place?.plural === plural) return place;
  throw new ExpiredError(
    `Cannot go on with list: expected the continue token of a page of ${plural}, list again`,
  );
}

async function* pagesAfter(objects: NamedObjects, after: string): AsyncGenerator<AnyObject[]> {
  const { maxPage: limit = PAGE_OF_WHOLE } = objects;
  for (let last: string | undefined = after; last !== undefined;) {
    const page: Page = await readPage(objects, { after: last, limit });
    yield page.items;
    last = page.next;
  }
}

interface Page {
  items: NamedObject[];
  /** The name to go on after, when there are more. */
  next?: string | undefined;
}

async function readPage(
  objects: NamedObjects,
  { after, limit }: { after: string; limit: number },
): Promise<Page> {
  const items: NamedObject[] = [];
  // One more tells whether there is more.
  for await (const object of objects.after(after, limit + 1)) {
    if (items.length === limit) return { items, next: items.at(-1)?.metadata.name };
    items.push(object);
  }
  return { items };
}
