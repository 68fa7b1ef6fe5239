import type { Event } from "../events/event.ts";
import { humanDuration } from "./human-duration.ts";
import { inCoreFields } from "./event-groups.ts";
import type { AnyObject } from "./partial-metadata.ts";
import type { Column } from "./table-column.ts";

/** As `kubectl get events` prints events of Kubernetes. */
export const EVENT_COLUMNS: Column[] = [
  column("Last Seen", ({ lastTimestamp }, now) => age(lastTimestamp, now)),
  column("Type", ({ type }) => type),
  column("Reason", ({ reason }) => reason),
  column("Object", ({ involvedObject: { kind, name } }) => `${kind.toLowerCase()}/${name}`),
  column("Subobject", () => "", { priority: 1 }),
  column("Source", ({ source }) => source.component, { priority: 1 }),
  column("Message", ({ message }) => message),
  column("First Seen", ({ firstTimestamp }, now) => age(firstTimestamp, now), { priority: 1 }),
  column("Count", ({ count }) => count, { type: "integer", priority: 1 }),
  column("Name", ({ metadata }) => metadata.name, { format: "name", priority: 1 }),
];

function column(
  name: string,
  cell: (event: Event, now: number) => unknown,
  { type = "string", format = "", priority = 0 } = {},
): Column {
  return {
    definition: { name, type, format, description: "", priority },
    // A table of events has events as its rows.
    cell: (item: AnyObject, now) => cell(inCoreFields(item), now),
  };
}

function age(time: string, now: number): string {
  return humanDuration(now - Date.parse(time));
}
