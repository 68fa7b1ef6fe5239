import type { Event } from "../events/event.ts";
import type { FieldRequirement } from "../resource-store/port.ts";
import type { NamedObject } from "./partial-metadata.ts";

/** A group that events are served in: the same events, by other names of their fields. */
export interface EventGroup {
  /** Empty for the core group. */
  name: string;
  apiVersion: string;
  /** Paths that a selector may name → those of the core group. */
  fields: Readonly<Record<string, string>>;
  /** An event as this group has it. */
  convert(event: Event): NamedObject;
}

/** What both groups call alike. */
const COMMON = ["metadata.name", "metadata.namespace", "type", "reason"];
const OBJECT = ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"];

export const CORE_EVENTS: EventGroup = {
  name: "",
  apiVersion: "v1",
  fields: {
    ...sameNames([...COMMON, ...OBJECT.map((field) => `involvedObject.${field}`), "reportingComponent"]),
    source: "source.component",
  },
  convert: (event) => event,
};

/** https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/ */
export const EVENTS_GROUP: EventGroup = {
  name: "events.k8s.io",
  apiVersion: "events.k8s.io/v1",
  fields: {
    ...sameNames(COMMON),
    ...Object.fromEntries(OBJECT.map((field) => [`regarding.${field}`, `involvedObject.${field}`])),
    reportingController: "reportingComponent",
  },
  convert: toGroup,
};

/** `Event` of `events.k8s.io/v1`. */
type EventOfGroup = ReturnType<typeof toGroup>;

function toGroup({ metadata, type, reason, eventTime, reportingInstance, ...event }: Event) {
  return {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata,
    type,
    reason,
    eventTime,
    regarding: event.involvedObject,
    note: event.message,
    reportingController: event.reportingComponent,
    reportingInstance,
    deprecatedSource: event.source,
    deprecatedFirstTimestamp: event.firstTimestamp,
    deprecatedLastTimestamp: event.lastTimestamp,
    deprecatedCount: event.count,
  } as const;
}

function toCore({ metadata, type, reason, eventTime, reportingInstance, ...event }: EventOfGroup): Event {
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata,
    type,
    reason,
    eventTime,
    involvedObject: event.regarding,
    message: event.note,
    reportingComponent: event.reportingController,
    reportingInstance,
    source: event.deprecatedSource,
    firstTimestamp: event.deprecatedFirstTimestamp,
    lastTimestamp: event.deprecatedLastTimestamp,
    count: event.deprecatedCount,
  };
}

/** An event of either group, as the core group has it. */
export function inCoreFields(item: object): Event {
  return "regarding" in item ? toCore(item as EventOfGroup) : (item as Event);
}

/** A requirement in the core group's words. */
export function inCoreWords(
  { fields }: EventGroup,
  { path, ...requirement }: FieldRequirement,
): FieldRequirement {
  return { ...requirement, path: fields[path] ?? path };
}

function sameNames(paths: readonly string[]): Record<string, string> {
  return Object.fromEntries(paths.map((path) => [path, path]));
}
