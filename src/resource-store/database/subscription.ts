import type { RecordedChange } from "./change.ts";

/** Changes a watcher may lag behind before it is told to read them from the database by itself. */
const MAX_WAITING = 256;

/** A watcher's place in the feed: what it has yet to take. */
export interface Subscription {
  /** The version after which its changes begin. */
  readonly from: number;
  /** The next change; undefined when there are none any more: it was closed, or has lagged too far behind. */
  next(): Promise<RecordedChange | undefined>;
  isClosed(): boolean;
  push(change: RecordedChange): void;
  end(reason: "overrun" | "closed" | Error): void;
}

export function createSubscription(from: number): Subscription {
  let waiting: RecordedChange[] = [];
  let outcome: "open" | "overrun" | "closed" | Error = "open";
  let wake = Promise.withResolvers<void>();

  function ring(): void {
    wake.resolve();
    wake = Promise.withResolvers();
  }

  return {
    from,
    async next() {
      for (;;) {
        const change = waiting.shift();
        if (change) return change;
        if (outcome instanceof Error) throw outcome;
        if (outcome !== "open") return undefined;
        await wake.promise;
      }
    },
    isClosed: () => outcome === "closed",
    push(change) {
      if (outcome !== "open") return;
      waiting.push(change);
      if (waiting.length > MAX_WAITING) {
        waiting = [];
        outcome = "overrun";
      }
      ring();
    },
    end(reason) {
      if (outcome === "open") outcome = reason;
      ring();
    },
  };
}
