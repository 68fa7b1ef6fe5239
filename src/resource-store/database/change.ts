import type { ResourceHistoryTable } from "../../database/tables.ts";
import type { Kind, Resource } from "../../resources/kinds.ts";
import type { WatchEvent } from "../port.ts";
import { hasSelectors, isSelected, type Selectors } from "../selectors.ts";

/** A change from the history. Its documents are parsed once, when first asked for, and frozen: all watchers share them. */
export interface RecordedChange {
  readonly version: number;
  readonly kind: string;
  readonly type: WatchEvent<Kind>["type"];
  /** After the change; when deleted, as it was last. */
  object(): Resource<Kind>;
  /** Before the change, with its version: what a watcher is told that no longer selects it. */
  previous(): Resource<Kind> | undefined;
}

export function recordedChange(row: ResourceHistoryTable): RecordedChange {
  const version = row.resource_version;
  return {
    version,
    kind: row.kind,
    type: row.change,
    object: once(() => deepFreeze(JSON.parse(row.document) as Resource<Kind>)),
    previous: once(() => {
      if (row.previous === null) return undefined;
      const previous = JSON.parse(row.previous) as Resource<Kind>;
      previous.metadata.resourceVersion = String(version);
      return deepFreeze(previous);
    }),
  };
}

/** What a watcher with these selectors is told of a change; undefined when it is nothing to it. */
export function eventOf(change: RecordedChange, selectors: Selectors): WatchEvent<Kind> | undefined {
  if (!hasSelectors(selectors)) return { type: change.type, object: change.object() };
  const previous = change.previous();
  const wasSelected = previous !== undefined && isSelected(previous, selectors);
  const nowSelected = change.type !== "DELETED" && isSelected(change.object(), selectors);
  if (nowSelected) return { type: wasSelected ? "MODIFIED" : "ADDED", object: change.object() };
  return wasSelected ? { type: "DELETED", object: previous } : undefined;
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const child of Object.values(value)) deepFreeze(child);
  return Object.freeze(value);
}
