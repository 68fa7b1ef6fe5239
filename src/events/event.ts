import type { EventTable } from "../database/tables.ts";
import { toKubernetesTime } from "../resources/conditions.ts";
import type { Kind, Resource } from "../resources/kinds.ts";
import { API_VERSION, NAMESPACE, type ObjectMeta } from "../resources/metadata.ts";

/** Kubernetes' `Event` of `v1`, which `kubectl describe` shows. */
export interface Event {
  apiVersion: "v1";
  kind: "Event";
  metadata: Pick<
    ObjectMeta,
    "name" | "namespace" | "uid" | "resourceVersion" | "creationTimestamp" | "labels"
  >;
  involvedObject: {
    apiVersion: string;
    kind: string;
    namespace: string;
    name: string;
    uid: string;
    resourceVersion: string;
  };
  type: EventTable["type"];
  reason: string;
  message: string;
  count: number;
  firstTimestamp: string;
  lastTimestamp: string;
  eventTime: null;
  source: { component: string };
  reportingComponent: string;
  reportingInstance: string;
}

/** Something that happened to a resource. */
export interface Happening {
  about: Resource<Kind>;
  /** Warning: somebody should look at it. */
  type: EventTable["type"];
  /** In one word, for programs: that of the condition, when one changed. */
  reason: string;
  /** For people. */
  message: string;
}

/** Who reports all events. */
const REPORTER = "imagehub";

export function toEvent(row: EventTable): Event {
  const firstTimestamp = toKubernetesTime(new Date(row.first_at));
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: {
      name: row.name,
      namespace: NAMESPACE,
      uid: row.uid,
      resourceVersion: String(row.version),
      creationTimestamp: firstTimestamp,
    },
    involvedObject: {
      apiVersion: API_VERSION,
      kind: row.kind,
      namespace: NAMESPACE,
      name: row.object_name,
      uid: row.object_uid,
      resourceVersion: row.object_version,
    },
    type: row.type,
    reason: row.reason,
    message: row.message,
    count: row.count,
    firstTimestamp,
    lastTimestamp: toKubernetesTime(new Date(row.last_at)),
    eventTime: null,
    source: { component: REPORTER },
    reportingComponent: REPORTER,
    reportingInstance: REPORTER,
  };
}
