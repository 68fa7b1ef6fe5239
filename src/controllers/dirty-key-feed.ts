import type { DirtyKey, DirtyKeys } from "../content/content.ts";
import { pause, type Clock } from "../reconcile/clock.ts";
import { createBurst } from "./burst.ts";
import type { Logger } from "../reconcile/logger.ts";

/** Keys asked for at once beyond those under way. */
const BATCH_SIZE = 500;
/** Keys under way at most: as many rows are read again at each look, which takes some milliseconds. */
const MAX_UNDER_WAY = 2000;
/** Between two looks, so that a burst of pushes costs a hundred looks a second and not one a push. */
const PAUSE_MS = 10;
/** Keys that take the controllers about as long as a pause to handle. */
const KEYS_A_PAUSE = 100;
/** A look without being called: for keys that another process touched. */
const POLL_EVERY_MS = 5000;
/** After a failed look: the database is away. */
const RETRY_AFTER_MS = 1000;

/** Hands out dirty keys, each as often as it is touched, until they are settled. */
export interface DirtyKeyFeed {
  /** What these keys asked for is done. */
  settle(keys: readonly DirtyKey[]): Promise<void>;
  /** True when every key touched so far is settled. */
  readonly isIdle: boolean;
  /** Resolves when that is so, or when the feed is stopped. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

export interface DirtyKeyFeedOptions {
  dirtyKeys: DirtyKeys;
  /** Gets the keys that were found at one look. */
  deliver: (keys: readonly DirtyKey[]) => void;
  clock: Clock;
  logger: Logger;
}

/** Starts with the keys that an earlier process left behind. */
export function startDirtyKeyFeed({ dirtyKeys, deliver, clock, logger }: DirtyKeyFeedOptions): DirtyKeyFeed {
  const underWay = new Map<string, string>();
  const stopping = new AbortController();
  let bell = new AbortController();
  const idleWaiters: (() => void)[] = [];
  const burst = createBurst(clock);
  let looking = true;

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      bell = new AbortController();
      const found = await look();
      looking = found !== "nothing" || bell.signal.aborted;
      releaseIdle();
      if (found === "nothing") await pause(clock, POLL_EVERY_MS, bell.signal);
      await pause(clock, found === "failure" ? RETRY_AFTER_MS : pauseMs(), stopping.signal);
      await burst.end(stopping.signal);
    }
  }

  /** Keys under way are read again at each look: the more, the longer there is enough to do without one. */
  function pauseMs(): number {
    return PAUSE_MS * Math.ceil((1 + underWay.size) / KEYS_A_PAUSE);
  }

  async function look(): Promise<"some" | "nothing" | "failure"> {
    try {
      const keys = await dirtyKeys.take(Math.min(underWay.size + BATCH_SIZE, MAX_UNDER_WAY));
      const fresh = keys.filter((key) => underWay.get(idOf(key)) !== key.stamp);
      for (const key of fresh) underWay.set(idOf(key), key.stamp);
      deliver(fresh);
      return fresh.length > 0 ? "some" : "nothing";
    } catch (error) {
      logger.warn({ err: error }, "cannot read what has changed, will be tried again");
      return "failure";
    }
  }

  function isIdle(): boolean {
    return !looking && underWay.size === 0;
  }

  function releaseIdle(): void {
    if (isIdle() || stopping.signal.aborted) for (const release of idleWaiters.splice(0)) release();
  }

  function ring(): void {
    looking = true;
    bell.abort();
  }

  const endListening = dirtyKeys.onTouched(() => {
    burst.touched();
    ring();
  });
  const running = run();
  return {
    async settle(keys) {
      if (keys.length > 0) await dirtyKeys.settle(keys);
      for (const key of keys) {
        if (underWay.get(idOf(key)) !== key.stamp) continue;
        underWay.delete(idOf(key));
        if (underWay.size === MAX_UNDER_WAY - BATCH_SIZE) ring();
      }
      releaseIdle();
    },
    get isIdle() {
      return isIdle();
    },
    async idle() {
      if (!isIdle()) await new Promise<void>((resolve) => idleWaiters.push(resolve));
    },
    async stop() {
      endListening();
      bell.abort();
      stopping.abort();
      await running;
      releaseIdle();
    },
  };
}

function idOf({ kind, key }: DirtyKey): string {
  return `${kind} ${key}`;
}
