import { pause, type Clock } from "../reconcile/clock.ts";

/** So many pushes in so long are a burst: 32 a second, more than one client does one after the other. */
const PUSHES = 16;
const WINDOW_MS = 500;
/** From one look at whether it goes on to the next. */
const LOOK_EVERY_MS = 50;
/** A burst that goes on has the hub to itself no longer than this; after that the controllers have their share. */
const MAX_BURST_MS = 5000;

/**
 * Whether many push at once. Those that wait for an answer go first then: to derive a page takes half as long as the
 * push itself.
 */
export interface Burst {
  /** Something was pushed. */
  touched(): void;
  /** Resolves when there is no burst, or it has lasted too long, or the signal aborts. */
  end(signal: AbortSignal): Promise<void>;
}

export function createBurst(clock: Clock): Burst {
  /** Of the last pushes; the oldest first. */
  const times: number[] = [];
  let beganAt = 0;

  function isOn(): boolean {
    const [oldest] = times;
    return times.length === PUSHES && oldest !== undefined && clock.now() - oldest <= WINDOW_MS;
  }

  return {
    touched() {
      if (!isOn()) beganAt = clock.now();
      times.push(clock.now());
      if (times.length > PUSHES) times.shift();
    },
    async end(signal) {
      while (isOn() && clock.now() - beganAt < MAX_BURST_MS && !signal.aborted)
        await pause(clock, LOOK_EVERY_MS, signal);
    },
  };
}
