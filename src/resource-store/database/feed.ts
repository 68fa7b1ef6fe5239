import type { Database } from "../../database/database.ts";
import { shareRuns } from "../../database/shared-run.ts";
import { createWriteQueue } from "../../database/write-queue.ts";
import { recordedChange } from "./change.ts";
import { readHistory } from "./history.ts";
import type { TextReader } from "./texts.ts";
import { createSubscription, type Subscription } from "./subscription.ts";
import { currentVersion } from "./versions.ts";

/** How long a change made by another hub on the same database stays unseen. */
const POLL_MS = 1000;
/** Changes a query. */
const CHANGES_A_QUERY = 200;

/** Reads new changes once, in order, and hands them to all watchers. */
export interface ChangeFeed {
  subscribe(): Promise<Subscription>;
  unsubscribe(subscription: Subscription): void;
  /** Says that there may be new changes. */
  ring(): void;
  close(): void;
}

export function createChangeFeed(database: Database, texts: TextReader): ChangeFeed {
  const subscriptions = new Set<Subscription>();
  const inTurn = createWriteQueue();
  let position = 0;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  /** @throws what the database throws, after it has ended all watches, which begin anew */
  async function handOut(): Promise<void> {
    while (subscriptions.size > 0) {
      const rows = await readHistory(database.read, { after: position, limit: CHANGES_A_QUERY });
      // Nobody shall remember a change that a power cut takes back.
      await database.durable();
      // Each version has its change, so a gap was pruned before it was read: this hub was held up for minutes.
      if (rows[0] && rows[0].resource_version !== position + 1) return endAll("overrun");
      for (const change of rows.map((row) => recordedChange(row, texts))) {
        for (const subscription of subscriptions) subscription.push(change);
      }
      position = rows.at(-1)?.resource_version ?? position;
      if (rows.length < CHANGES_A_QUERY) return;
    }
  }

  function endAll(reason: "overrun" | "closed" | Error): void {
    for (const subscription of subscriptions) subscription.end(reason);
    subscriptions.clear();
    clearInterval(timer);
    timer = undefined;
  }

  const catchUp = shareRuns(() => inTurn(handOut));

  function ring(): void {
    if (subscriptions.size === 0) return;
    catchUp().catch((error: unknown) => endAll(error instanceof Error ? error : new Error(String(error))));
  }

  return {
    ring,
    subscribe: () =>
      inTurn(async () => {
        if (subscriptions.size === 0) position = await currentVersion(database.read);
        const subscription = createSubscription(position);
        if (isClosed) subscription.end("closed");
        else subscriptions.add(subscription);
        timer ??= isClosed ? undefined : setInterval(ring, POLL_MS).unref();
        return subscription;
      }),
    unsubscribe(subscription) {
      subscriptions.delete(subscription);
      if (subscriptions.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    },
    close() {
      isClosed = true;
      endAll("closed");
    },
  };
}
