import type { Database } from "../../database/database.ts";
import type { Kind } from "../../resources/kinds.ts";
import { ExpiredError } from "../errors.ts";
import type { TellEvent, WatchEvent, WatchOptions } from "../port.ts";
import { andThen, type Soon } from "../soon.ts";
import { eventOf, recordedChange, type RecordedChange } from "./change.ts";
import type { ChangeFeed } from "./feed.ts";
import { readHistory, requireHistorySince } from "./history.ts";
import type { TakeChange } from "./subscription.ts";
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
 * Tells changes of a kind after a version. A watcher catches up from the history, then takes what the feed hands out;
 * one that lags behind the feed catches up from the history again, until that no longer reaches back to where it is.
 */
export async function watchResources<K extends Kind>(
  { database, texts, feed }: WatchSource,
  kind: K,
  options: WatchOptions,
  tell: TellEvent<K>,
): Promise<void> {
  const { resourceVersion, signal, onProgress } = options;
  let position = parseVersion(resourceVersion);

  function advance(version: number): void {
    if (version > position) position = version;
    onProgress?.(String(position));
  }

  function take(change: RecordedChange): Soon<void> {
    const { version } = change;
    if (change.kind !== kind || version <= position) return advance(version);
    const taken = andThen(eventOf(change, options), (event) =>
      // Changes are of this kind, so their resources are.
      event && !signal.aborted ? tell(event as WatchEvent<K>) : undefined,
    );
    return andThen(taken, () => advance(version));
  }

  await requireKnown(database, position);
  while (!signal.aborted) {
    const subscription = await feed.subscribe();
    const end = () => subscription.end("closed");
    signal.addEventListener("abort", end);
    try {
      await tellPast({ database, texts }, kind, { after: position, upTo: subscription.from, signal, take });
      if (signal.aborted) return;
      advance(subscription.from);
      if ((await subscription.tell(take)) === "closed") return;
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

async function tellPast(
  { database, texts }: Omit<WatchSource, "feed">,
  kind: Kind,
  { after, upTo, signal, take }: { after: number; upTo: number; signal: AbortSignal; take: TakeChange },
): Promise<void> {
  let position = after;
  while (!signal.aborted) {
    const rows = await readHistory(database.read, { after: position, upTo, kind, limit: CHANGES_A_QUERY });
    await requireHistorySince(database.read, kind, position);
    await database.durable();
    for (const row of rows) await take(recordedChange(row, texts));
    position = rows.at(-1)?.resource_version ?? position;
    if (rows.length < CHANGES_A_QUERY) return;
  }
}
