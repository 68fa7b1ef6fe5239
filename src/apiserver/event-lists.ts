import type { Event } from "../events/event.ts";
import type { EventReader, SeenEvent } from "../events/reader.ts";
import { ExpiredError, FutureVersionError } from "../resource-store/errors.ts";
import { isSelected, type Selectors } from "../resource-store/selectors.ts";
import type { ResourceRequest } from "./context.ts";
import { inCoreWords, type EventGroup } from "./event-groups.ts";
import { parseFieldSelector } from "./field-selector.ts";
import { parseLabelSelector } from "./label-selector.ts";
import { parseListQuery } from "./list-options.ts";
import type { LongList } from "./long-list.ts";
import type { AnyObject } from "./partial-metadata.ts";
import type { Watched } from "./watch-stream.ts";

/** A request for events. */
export interface EventsRequest extends Pick<
  ResourceRequest,
  "view" | "form" | "query" | "request" | "stopping" | "continueTokens"
> {
  events: EventReader;
  group: EventGroup;
}

/** Events read at once; of them some may be hidden, or not selected. */
const BATCH = 500;

/**
 * A page of events in the order of their names, or all.
 * @throws StatusError BadRequest, Invalid; ExpiredError, FutureVersionError
 */
export async function listEvents(asked: EventsRequest): Promise<LongList> {
  const { limit, isWhole, continue: token, version } = parseListQuery(asked.query);
  const current = await asked.events.version();
  if (version && Number(version.value) > current) throw new FutureVersionError(version.value, `${current}`);
  if (version?.match === "Exact" && Number(version.value) < current) {
    throw new ExpiredError(`Cannot list events at resourceVersion ${version.value}: only the latest is kept`);
  }
  // Later pages tell the version of the first: who watches from there misses nothing.
  const { resourceVersion, after } = placeOf(asked, token) ?? { resourceVersion: String(current), after: "" };
  const { items, next } = await readPage(asked, { after, limit });
  const { apiVersion } = asked.group;
  const first = { apiVersion, kind: "EventList", metadata: { resourceVersion }, items };
  if (next === undefined) return { first };
  if (isWhole) return { first, rest: pagesAfter(asked, next) };
  const page = JSON.stringify({ resourceVersion, after: next } satisfies Position);
  const metadata = { resourceVersion, continue: asked.continueTokens.seal({ page, seen: 0 }) };
  return { first: { ...first, metadata } };
}

/** What a watch of events is about. @throws StatusError BadRequest */
export function watchedEvents(asked: EventsRequest): Watched {
  const { events } = asked;
  const { apiVersion, convert } = asked.group;
  const isShown = createFilter(asked);
  return {
    apiVersion,
    kind: "Event",
    version: async () => String(await events.version()),
    async all(_signal, tell) {
      const version = await events.version();
      for await (const event of visibleEvents(asked, { after: "", limit: BATCH })) {
        await tell({ type: "ADDED", object: convert(event) });
      }
      return String(version);
    },
    changes: ({ after, signal, onProgress }, tell) =>
      events.watch({ after: Number(after), signal, onProgress }, async (change) => {
        if (await isShown(change)) await tell({ type: change.type, object: convert(change.event) });
      }),
  };
}

interface Position {
  /** Of the first page. */
  resourceVersion: string;
  /** The name to go on after. */
  after: string;
}

/** @throws ExpiredError for a token of another list */
function placeOf({ continueTokens }: EventsRequest, token: string | undefined): Position | undefined {
  if (token === undefined) return undefined;
  const { page = "" } = continueTokens.open(token);
  if (page.startsWith("{")) return JSON.parse(page) as Position;
  throw new ExpiredError(
    "Cannot go on with list: expected the continue token of a page of events, list again",
  );
}

async function* pagesAfter(asked: EventsRequest, after: string): AsyncGenerator<AnyObject[]> {
  for (let last: string | undefined = after; last !== undefined;) {
    const page: EventPage = await readPage(asked, { after: last, limit: BATCH });
    yield page.items;
    last = page.next;
  }
}

interface EventPage {
  /** As their group has them. */
  items: AnyObject[];
  /** The name to go on after, when there are more. */
  next?: string | undefined;
}

async function readPage(
  asked: EventsRequest,
  { after, limit }: { after: string; limit: number },
): Promise<EventPage> {
  const events: Event[] = [];
  const pageOf = (): AnyObject[] => events.map(asked.group.convert);
  for await (const event of visibleEvents(asked, { after, limit })) {
    if (events.length === limit) return { items: pageOf(), next: events.at(-1)?.metadata.name };
    events.push(event);
  }
  return { items: pageOf() };
}

async function* visibleEvents(
  asked: EventsRequest,
  { after, limit }: { after: string; limit: number },
): AsyncGenerator<Event> {
  const isShown = createFilter(asked);
  const { fieldSelector = [] } = selectorsOf(asked);
  // One more tells whether there is more.
  const batch = Math.min(limit + 1, BATCH);
  let last = after;
  for (;;) {
    const page = await asked.events.page({ after: last, limit: batch, fieldSelector });
    for (const seen of page) if (await isShown(seen)) yield seen.event;
    if (page.length < batch) return;
    last = page.at(-1)?.event.metadata.name ?? last;
  }
}

/** Whether a caller may see an event, and asked for it. */
function createFilter(asked: EventsRequest): (seen: SeenEvent) => Promise<boolean> {
  const { view } = asked;
  const selectors = selectorsOf(asked);
  return async ({ event, repository }) =>
    isSelected(event, selectors) && (repository === undefined || (await view.canRead(repository)));
}

function selectorsOf({ group, query }: EventsRequest): Selectors {
  const { labelSelector = "", fieldSelector = "" } = query;
  const fields = parseFieldSelector(fieldSelector, Object.keys(group.fields));
  return {
    labelSelector: parseLabelSelector(labelSelector),
    fieldSelector: fields.map((field) => inCoreWords(group, field)),
  };
}
