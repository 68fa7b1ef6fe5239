import { setImmediate } from "node:timers/promises";
import type { Database } from "../../database/database.ts";
import type { Kind } from "../../resources/kinds.ts";
import { ExpiredError, FutureVersionError } from "../errors.ts";
import type { ListOptions, ResourceList } from "../port.ts";
import { formatContinueToken, parseContinueToken, type ListPosition } from "./continue-token.ts";
import { requireHistorySince } from "./history.ts";
import { NAME_FIELD, readRows } from "./list-rows.ts";
import { readFirstChanges, readPrevious, type FirstChange } from "./list-undo.ts";
import { selectResources, type ListedResource } from "./listed-resource.ts";
import type { TextReader } from "./texts.ts";
import { currentVersion, parseVersion } from "./versions.ts";

/** A page unless the caller says more; Kubernetes clients ask for as many. */
const DEFAULT_LIMIT = 500;
const MAX_LIMIT = 10_000;
/** Rows a query: between two, requests have their turn. Their documents may be a MiB each. */
const ROWS_A_QUERY = 50;
/** Resources can carry a README: a page that has come to this many characters ends, and the next goes on. */
const MAX_PAGE_LENGTH = 16 * 1024 * 1024;

export interface ListSource {
  database: Database;
  texts: TextReader;
}

/**
 * A page of resources as they were at one version: what is there now, with the later changes undone. For a name that
 * was changed after the version, the first such change tells what was there before; every other is as it was. So rows
 * may be read in several queries while others write, if the changes are read last.
 */
export async function listResources<K extends Kind>(
  source: ListSource,
  kind: K,
  options: ListOptions = {},
): Promise<ResourceList<K>> {
  const { database } = source;
  const limit = Math.min(options.limit || DEFAULT_LIMIT, MAX_LIMIT);
  const position = await startOf(database, options);
  const read = await readUnchanged<K>(source, kind, { ...position, limit, selectors: options });
  const restored = await readRestored<K>(source, { ...read, limit, selectors: options });
  await requireHistorySince(database.read, kind, position.version);
  await database.durable();

  const found = [...read.unchanged, ...restored].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const page = found.slice(0, limit);
  const list = {
    items: page.map(({ resource }) => resource),
    lengths: page.map(({ length }) => length),
    resourceVersion: String(position.version),
  };
  if (found.length <= limit && read.isComplete) return list;
  const after = page.length === limit ? (page.at(-1)?.name ?? read.end) : read.end;
  return { ...list, continue: formatContinueToken({ version: position.version, after }) };
}

async function startOf(database: Database, options: ListOptions): Promise<ListPosition> {
  const version = await currentVersion(database.read);
  if (options.continue === undefined) return { version: versionAsked(options, version), after: "" };
  const position = parseContinueToken(options.continue);
  if (position.version > version)
    throw new ExpiredError("Cannot go on with list: its token is of another database");
  return position;
}

function versionAsked({ resourceVersion }: ListOptions, current: number): number {
  if (resourceVersion === undefined) return current;
  const version = parseVersion(resourceVersion);
  if (version > current) throw new FutureVersionError(resourceVersion, String(current));
  return version;
}

interface PageRequest extends ListPosition {
  limit: number;
  selectors: ListOptions;
}

interface Unchanged<K extends Kind> {
  /** Resources up to `end` that are now as they were. */
  unchanged: ListedResource<K>[];
  /** Names changed since, with their first change. */
  changes: FirstChange[];
  /** The last name read. */
  end: string;
  /** Whether no row comes after `end`. */
  isComplete: boolean;
}

/** Reads rows until the page is full, and one more, which tells that there is a next page. */
async function readUnchanged<K extends Kind>(
  { database, texts }: ListSource,
  kind: K,
  { version, after, limit, selectors }: PageRequest,
): Promise<Unchanged<K>> {
  const found: ListedResource<K>[] = [];
  const batchLimit = hasDocumentFields(selectors) ? ROWS_A_QUERY : Math.min(limit + 1, ROWS_A_QUERY);
  let end = after;
  let length = 0;
  for (;;) {
    const batch = await readRows(database, { kind, after: end, limit: batchLimit, selectors });
    for (const resource of await selectResources<K>(texts, batch, selectors)) {
      length += resource.length;
      found.push(resource);
    }
    end = batch.at(-1)?.name ?? end;
    const isComplete = batch.length < batchLimit;
    if (isComplete || found.length > limit || length >= MAX_PAGE_LENGTH) {
      const changes = await readFirstChanges(database, kind, { version, after });
      const changed = new Set(changes.map(({ name }) => name));
      const unchanged = found.filter(({ name }) => !changed.has(name));
      const isFull = unchanged.length > limit || length >= MAX_PAGE_LENGTH;
      if (isComplete || isFull) return { unchanged, changes, end, isComplete };
    }
    // SQLite answers at once: without this, a long list would hold up requests.
    await setImmediate();
  }
}

/** Other fields are no columns: how many rows it takes to fill a page is not known. */
function hasDocumentFields({ fieldSelector = [] }: ListOptions): boolean {
  return fieldSelector.some(({ path }) => path !== NAME_FIELD);
}

/** What was there at the version and was changed or deleted since, as far as rows were read. */
async function readRestored<K extends Kind>(
  { database, texts }: ListSource,
  { changes, end, isComplete, limit, selectors }: Unchanged<K> & { limit: number; selectors: ListOptions },
): Promise<ListedResource<K>[]> {
  const restored: ListedResource<K>[] = [];
  const inReach = changes.filter(({ name }) => isComplete || name <= end);
  for (let start = 0; start < inReach.length && restored.length <= limit; start += ROWS_A_QUERY) {
    const rows = await readPrevious(database, inReach.slice(start, start + ROWS_A_QUERY));
    restored.push(...(await selectResources<K>(texts, rows, selectors)));
  }
  return restored;
}
