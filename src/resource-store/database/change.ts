import type { ResourceHistoryTable } from "../../database/tables.ts";
import type { Kind, Resource } from "../../resources/kinds.ts";
import type { ReadOptions, WatchEvent, WatchOptions } from "../port.ts";
import { andThen, type Soon } from "../soon.ts";
import { hasSelectors, isSelected, type Selectors } from "../selectors.ts";
import { parseDocument, withoutDocs, type ParsedDocument } from "./stored-document.ts";
import type { TextReader } from "./texts.ts";

/** A change from the history. */
export interface RecordedChange {
  readonly version: number;
  readonly kind: string;
  readonly type: WatchEvent<Kind>["type"];
  /** After the change; when deleted, as it was last. */
  readonly object: RecordedObject;
  /** Before the change, with its version: what a watcher is told that no longer selects it. */
  readonly previous: RecordedObject | undefined;
}

/** Parsed once, when it is first asked for, and frozen: all watchers share it. */
interface RecordedObject {
  isSelected(selectors: Selectors): boolean;
  /** @throws ExpiredError when its docs are gone: the history no longer has the change */
  read(options: ReadOptions): Soon<Resource<Kind>>;
  /** Without docs. */
  brief(): Resource<Kind>;
}

export function recordedChange(row: ResourceHistoryTable, texts: TextReader): RecordedChange {
  const version = row.resource_version;
  return {
    version,
    kind: row.kind,
    type: row.change,
    object: recordedObject(row.document, { texts }),
    previous: row.previous === null ? undefined : recordedObject(row.previous, { texts, version }),
  };
}

/** What a watcher is told of a change; undefined when its selectors make that nothing. */
export function eventOf(
  { type, object, previous }: RecordedChange,
  options: Selectors & ReadOptions & Pick<WatchOptions, "withPrevious">,
): Soon<WatchEvent<Kind> | undefined> {
  const before = options.withPrevious && previous ? { previous: previous.brief() } : {};
  const event = (told: typeof type, of: RecordedObject) =>
    andThen(of.read(options), (resource) => ({ type: told, object: resource, ...before }));
  if (!hasSelectors(options)) return event(type, object);
  const wasSelected = previous?.isSelected(options) ?? false;
  const nowSelected = type !== "DELETED" && object.isSelected(options);
  if (nowSelected) return event(wasSelected ? "MODIFIED" : "ADDED", object);
  return previous && wasSelected ? event("DELETED", previous) : undefined;
}

function recordedObject(
  document: string,
  { texts, version }: { texts: TextReader; version?: number },
): RecordedObject {
  const parsed = once(() => parseWithVersion(document, version));
  const brief = once(() => deepFreeze(withoutDocs(parsed())));
  let whole: Soon<Resource<Kind>> | undefined;

  async function complete(): Promise<Resource<Kind>> {
    const [resource] = await texts.complete([parsed()]);
    return (whole = deepFreeze(resource as Resource<Kind>));
  }

  return {
    isSelected: (selectors) => isSelected(parsed().resource, selectors),
    read: (options) => (options.withoutDocs ? brief() : (whole ??= complete())),
    brief,
  };
}

function parseWithVersion(document: string, version: number | undefined): ParsedDocument<Kind> {
  const parsed = parseDocument(document);
  if (version !== undefined) parsed.resource.metadata.resourceVersion = String(version);
  return parsed;
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const child of Object.values(value)) deepFreeze(child);
  return Object.freeze(value);
}
