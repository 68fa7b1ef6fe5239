import { backOffMs } from "./back-off.ts";
import { systemClock, type Clock } from "./clock.ts";
import { createFairQueue } from "./fair-queue.ts";

/** Keys that wait at most before `room()` makes sources wait; they cost some 100 bytes each. */
const MAX_WAITING = 10_000;

/**
 * Keys to be handled, level-based: what happened to a key is not kept, only that it is to be looked at.
 *
 * A key waits once however often it is added, and is never handled twice at the same time; one that is added while it
 * is handled is handled once more afterwards. With a rest, a key that changes all the time costs one handling a rest.
 */
export interface WorkQueue {
  /** @param options.atOnce without waiting for the end of the key's rest. Default false */
  add(key: string, options?: { atOnce?: boolean }): void;
  /** Keys that wait for their turn, or for the end of their rest or back-off. */
  readonly waiting: number;
  /** True when no key is waiting or being handled; those that asked to come back later do not count. */
  readonly isIdle: boolean;
  /** Resolves when that is so. */
  idle(): Promise<void>;
  /** Resolves when there is room for more keys: sources that list a lot wait for it. */
  room(): Promise<void>;
  /** Takes no more keys, aborts those being handled, and resolves when they have ended. */
  stop(): Promise<void>;
}

/** What is to happen with a key that was handled. */
export type Verdict = { next: "done" } | { next: "retry" } | { next: "again"; afterMs: number };

export interface WorkQueueOptions {
  /** Handles one key; never rejects. */
  handle: (key: string, signal: AbortSignal) => Promise<Verdict>;
  /** Keys handled at the same time. */
  concurrency: number;
  /** Keys of one group never take all places, and groups take turns. Default: each key is its own group. */
  groupOf?: (key: string) => string;
  /** A key that was handled is not handled again so soon; the first time, it never waits. Default 0. */
  restMs?: number;
  /** Default: the system's. */
  clock?: Clock;
  /** From 0 to 1, for jitter. Default: Math.random. */
  random?: () => number;
}

export function createWorkQueue(options: WorkQueueOptions): WorkQueue {
  const { handle, concurrency, groupOf = (key) => key, restMs = 0, random = Math.random } = options;
  const { clock = systemClock } = options;
  const groupLimit = Math.max(1, concurrency - 1);
  const ready = createFairQueue(groupOf);
  const running = new Map<string, Promise<void>>();
  const runningInGroup = new Map<string, number>();
  /** Key → whether it is to be handled again without a rest. */
  const addedWhileRunning = new Map<string, boolean>();
  const failures = new Map<string, number>();
  const backingOff = new Map<string, () => void>();
  const comingBack = new Map<string, () => void>();
  const resting = new Map<string, () => void>();
  const addedWhileResting = new Set<string>();
  const stopping = new AbortController();
  const idleWaiters: (() => void)[] = [];
  const roomWaiters: (() => void)[] = [];

  function add(key: string, { atOnce = false }: { atOnce?: boolean } = {}): void {
    if (stopping.signal.aborted) return;
    // A key in back-off waits its time out, so that one whose failing work causes events does not spin.
    if (backingOff.has(key)) return;
    if (running.has(key)) {
      addedWhileRunning.set(key, atOnce || addedWhileRunning.get(key) === true);
      return;
    }
    if (resting.has(key) && !atOnce) {
      addedWhileResting.add(key);
      return;
    }
    wake(key);
    comingBack.get(key)?.();
    comingBack.delete(key);
    ready.add(key);
    startWaiting();
  }

  function startWaiting(): void {
    while (running.size < concurrency) {
      const key = ready.take((group) => (runningInGroup.get(group) ?? 0) < groupLimit);
      if (key === undefined) break;
      countInGroup(key, 1);
      // Later in this turn, so that a handler that adds its own key finds it running.
      const work = Promise.resolve().then(() => handle(key, stopping.signal));
      running.set(
        key,
        work.then((verdict) => finish(key, verdict)),
      );
    }
    if (ready.size < MAX_WAITING) releaseAll(roomWaiters);
    if (isIdle()) releaseAll(idleWaiters);
  }

  function finish(key: string, verdict: Verdict): void {
    running.delete(key);
    countInGroup(key, -1);
    const addedAtOnce = addedWhileRunning.get(key);
    addedWhileRunning.delete(key);
    if (stopping.signal.aborted) return;
    if (verdict.next === "retry") backOff(key);
    else {
      failures.delete(key);
      rest(key);
      if (addedAtOnce !== undefined) add(key, { atOnce: addedAtOnce });
      else if (verdict.next === "again") comeBack(key, verdict.afterMs);
    }
    startWaiting();
  }

  function rest(key: string): void {
    if (restMs === 0) return;
    const cancel = clock.after(restMs, () => {
      if (wake(key)) add(key);
    });
    resting.set(key, cancel);
  }

  /** Ends a key's rest. @returns whether it was added meanwhile */
  function wake(key: string): boolean {
    resting.get(key)?.();
    resting.delete(key);
    return addedWhileResting.delete(key);
  }

  function backOff(key: string): void {
    const failed = (failures.get(key) ?? 0) + 1;
    failures.set(key, failed);
    addLater(backingOff, key, backOffMs(failed, random()));
  }

  function comeBack(key: string, afterMs: number): void {
    addLater(comingBack, key, afterMs);
  }

  function addLater(timers: Map<string, () => void>, key: string, delayMs: number): void {
    const cancel = clock.after(delayMs, () => {
      timers.delete(key);
      add(key);
    });
    timers.set(key, cancel);
  }

  function countInGroup(key: string, change: 1 | -1): void {
    const group = groupOf(key);
    const count = (runningInGroup.get(group) ?? 0) + change;
    if (count === 0) runningInGroup.delete(group);
    else runningInGroup.set(group, count);
  }

  function isIdle(): boolean {
    return [ready, running, backingOff, addedWhileResting].every(({ size }) => size === 0);
  }

  return {
    add,
    get waiting() {
      return ready.size + backingOff.size + addedWhileResting.size;
    },
    get isIdle() {
      return isIdle();
    },
    async idle() {
      if (!isIdle()) await new Promise<void>((resolve) => idleWaiters.push(resolve));
    },
    async room() {
      if (ready.size >= MAX_WAITING) await new Promise<void>((resolve) => roomWaiters.push(resolve));
    },
    async stop() {
      stopping.abort();
      for (const timers of [backingOff, comingBack, resting]) {
        for (const cancel of timers.values()) cancel();
        timers.clear();
      }
      addedWhileResting.clear();
      ready.clear();
      await Promise.all(running.values());
      releaseAll(roomWaiters);
      releaseAll(idleWaiters);
    },
  };
}

function releaseAll(waiters: (() => void)[]): void {
  for (const release of waiters.splice(0)) release();
}
