import type { Event } from "../events/event.ts";
import type { EventReader, SeenEvent } from "../events/reader.ts";
import { isSelected, type Selectors } from "../resource-store/selectors.ts";
import type { ResourceRequest } from "./context.ts";
import { inCoreWords, type EventGroup } from "./event-groups.ts";
import { parseFieldSelector } from "./field-selector.ts";
import { parseLabelSelector } from "./label-selector.ts";
import type { NamedObjects } from "./named-list.ts";
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

/** Events in the order of their names. @throws StatusError BadRequest */
export function namedEvents(asked: EventsRequest): NamedObjects {
  const { apiVersion, convert } = asked.group;
  return {
    apiVersion,
    kind: "Event",
    plural: "events",
    version: () => asked.events.version(),
    async *after(name, wanted) {
      const batch = Math.min(wanted, BATCH);
      for await (const event of visibleEvents(asked, { after: name, batch })) yield convert(event);
    },
  };
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
      for await (const event of visibleEvents(asked, { after: "", batch: BATCH })) {
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

async function* visibleEvents(
  asked: EventsRequest,
  { after, batch }: { after: string; batch: number },
): AsyncGenerator<Event> {
  const isShown = createFilter(asked);
  const { fieldSelector = [] } = selectorsOf(asked);
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
