import type { RecordedChange } from "./change.ts";

/** Changes a watcher may lag behind before it is told to read them from the database by itself. */
const MAX_WAITING = 256;

/** Takes a change; the next one is told when what it returns is done, or at once when that is nothing. */
export type TakeChange = (change: RecordedChange) => void | Promise<void>;

/** A watcher's place in the feed: what it has yet to take. */
export interface Subscription {
  /** The version after which its changes begin. */
  readonly from: number;
  /**
   * Tells changes one after the other, those of before first. A watcher that keeps up is told a change in the very
   * call that pushes it: 200 watchers of 100 changes a second are 20,000 steps a second that nothing waits for.
   * @returns why there are none any more, once the last was taken; throws what `take` throws, and an end that is an error
   */
  tell(take: TakeChange): Promise<"overrun" | "closed">;
  push(change: RecordedChange): void;
  end(reason: "overrun" | "closed" | Error): void;
}

export function createSubscription(from: number): Subscription {
  let waiting: RecordedChange[] = [];
  let outcome: "open" | "overrun" | "closed" | Error = "open";
  let take: TakeChange | undefined;
  let isTaking = false;
  const told = Promise.withResolvers<"overrun" | "closed">();

  /** Tells what waits, until its watcher asks for time. */
  function go(): void {
    if (!take || isTaking) return;
    try {
      for (let change = waiting.shift(); change; change = waiting.shift()) {
        isTaking = true;
        const taking = take(change);
        if (taking) return void taking.then(goOn, told.reject);
        isTaking = false;
      }
    } catch (error) {
      return told.reject(error);
    }
    if (outcome instanceof Error) told.reject(outcome);
    else if (outcome !== "open") told.resolve(outcome);
  }

  function goOn(): void {
    isTaking = false;
    go();
  }

  return {
    from,
    tell(taker) {
      take = taker;
      go();
      return told.promise;
    },
    push(change) {
      if (outcome !== "open") return;
      waiting.push(change);
      if (waiting.length > MAX_WAITING) {
        waiting = [];
        outcome = "overrun";
      }
      go();
    },
    end(reason) {
      if (outcome === "open") outcome = reason;
      go();
    },
  };
}
