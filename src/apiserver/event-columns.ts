import type { Event } from "../events/event.ts";
import { humanDuration } from "./human-duration.ts";
import { inCoreFields } from "./event-groups.ts";
import type { AnyObject } from "./partial-metadata.ts";
import { column, type Column } from "./table-column.ts";

/** As `kubectl get events` prints events of Kubernetes. */
export const EVENT_COLUMNS: Column[] = [
  eventColumn("Last Seen", ({ lastTimestamp }, now) => age(lastTimestamp, now)),
  eventColumn("Type", ({ type }) => type),
  eventColumn("Reason", ({ reason }) => reason),
  eventColumn("Object", ({ involvedObject: { kind, name } }) => `${kind.toLowerCase()}/${name}`),
  eventColumn("Subobject", () => "", { priority: 1 }),
  eventColumn("Source", ({ source }) => source.component, { priority: 1 }),
  eventColumn("Message", ({ message }) => message),
  eventColumn("First Seen", ({ firstTimestamp }, now) => age(firstTimestamp, now), { priority: 1 }),
  eventColumn("Count", ({ count }) => count, { type: "integer", priority: 1 }),
  eventColumn("Name", ({ metadata }) => metadata.name, { format: "name", priority: 1 }),
];

function eventColumn(
  name: string,
  cell: (event: Event, now: number) => unknown,
  options?: Parameters<typeof column>[2],
): Column {
  return column(name, (item: AnyObject, now) => cell(inCoreFields(item), now), options);
}

function age(time: string, now: number): string {
  return humanDuration(now - Date.parse(time));
}
