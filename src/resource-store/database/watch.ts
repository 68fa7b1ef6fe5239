import type { Database } from "../../database/database.ts";
import type { Kind } from "../../resources/kinds.ts";
import { ExpiredError } from "../errors.ts";
import type { WatchEvent, WatchOptions } from "../port.ts";
import { eventOf, recordedChange, type RecordedChange } from "./change.ts";
import type { ChangeFeed } from "./feed.ts";
import { readHistory, requireHistorySince } from "./history.ts";
import type { Subscription } from "./subscription.ts";
import type { TextReader } from "./texts.ts";
import { currentVersion, parseVersion } from "./versions.ts";

/** Changes a query, for a watcher that has to catch up: their documents are in memory until it has taken them. */
const CHANGES_A_QUERY = 50;

export interface WatchSource {
  database: Database;
  texts: TextReader;
  feed: ChangeFeed;
}

/**
 * Changes of a kind after a version. A watcher catches up from the history, then takes what the feed hands out; one
 * that lags behind the feed catches up from the history again, until that no longer reaches back to where it is.
 */
export async function* watchResources<K extends Kind>(
  source: WatchSource,
  kind: K,
  options: WatchOptions,
): AsyncGenerator<WatchEvent<K>> {
  for await (const change of changesOf(source, kind, options)) {
    // Changes are of this kind, so their resources are.
    const event = (await eventOf(change, options)) as WatchEvent<K> | undefined;
    if (event) yield event;
    if (options.signal.aborted) return;
  }
}

async function* changesOf(
  { database, texts, feed }: WatchSource,
  kind: Kind,
  { resourceVersion, signal, onProgress }: WatchOptions,
): AsyncGenerator<RecordedChange> {
  let position = parseVersion(resourceVersion);
  const advance = (version: number): void => {
    position = Math.max(position, version);
    onProgress?.(String(position));
  };
  await requireKnown(database, position);
  while (!signal.aborted) {
    const subscription = await feed.subscribe();
    const end = () => subscription.end("closed");
    signal.addEventListener("abort", end);
    try {
      if (signal.aborted) return;
      for await (const change of pastChanges({ database, texts }, kind, {
        after: position,
        upTo: subscription.from,
      })) {
        yield change;
        advance(change.version);
      }
      advance(subscription.from);
      for await (const change of liveChanges(subscription)) {
        if (change.kind === kind && change.version > position) yield change;
        advance(change.version);
      }
      if (subscription.isClosed()) return;
    } finally {
      signal.removeEventListener("abort", end);
      feed.unsubscribe(subscription);
    }
  }
}

/** A version that was never given comes from another database, or one that was restored since. */
async function requireKnown(database: Database, version: number): Promise<void> {
  const current = await currentVersion(database.read);
  if (version <= current) return;
  throw new ExpiredError(
    `Cannot watch from resourceVersion ${version}: the latest is ${current}, list again`,
  );
}

async function* pastChanges(
  { database, texts }: Omit<WatchSource, "feed">,
  kind: Kind,
  { after, upTo }: { after: number; upTo: number },
): AsyncGenerator<RecordedChange> {
  let position = after;
  for (;;) {
    const rows = await readHistory(database.read, { after: position, upTo, kind, limit: CHANGES_A_QUERY });
    await requireHistorySince(database.read, kind, position);
    await database.durable();
    for (const row of rows) yield recordedChange(row, texts);
    position = rows.at(-1)?.resource_version ?? position;
    if (rows.length < CHANGES_A_QUERY) return;
  }
}

/** Until the watcher has lagged behind, or the feed has ended. */
async function* liveChanges(subscription: Subscription): AsyncGenerator<RecordedChange> {
  for (;;) {
    const change = await subscription.next();
    if (!change) return;
    yield change;
  }
}
