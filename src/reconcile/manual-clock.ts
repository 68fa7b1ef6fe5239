import type { Clock } from "./clock.ts";

/** A clock that stands still until it is told to move: for tests. */
export interface ManualClock extends Clock {
  /** Moves on, calling back in order what falls due. */
  advance(delayMs: number): void;
  /** Milliseconds until the next callback; undefined when there is none. */
  readonly nextDelayMs: number | undefined;
}

export function createManualClock(startMs = 0): ManualClock {
  let nowMs = startMs;
  const timers = new Set<Timer>();

  function next(): Timer | undefined {
    return [...timers].toSorted((left, right) => left.dueAtMs - right.dueAtMs)[0];
  }

  return {
    now: () => nowMs,
    after(delayMs, callback) {
      const timer = { dueAtMs: nowMs + delayMs, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(delayMs) {
      const untilMs = nowMs + delayMs;
      for (let timer = next(); timer && timer.dueAtMs <= untilMs; timer = next()) {
        timers.delete(timer);
        nowMs = timer.dueAtMs;
        timer.callback();
      }
      nowMs = untilMs;
    },
    get nextDelayMs() {
      const timer = next();
      return timer && timer.dueAtMs - nowMs;
    },
  };
}

interface Timer {
  dueAtMs: number;
  callback: () => void;
}
