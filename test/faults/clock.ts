import { systemClock } from "../../src/reconcile/clock.ts";

/** The clock of this process and of the hub in it, which can go ahead of the machine's. */
let aheadMs = 0;
const machineNow = Date.now;
Date.now = () => machineNow() + aheadMs;

export function advanceClock(ms: number): void {
  aheadMs += ms;
}

/** Controllers wait a twentieth of what they should: each play waits until they are idle. */
const { after } = systemClock;
systemClock.after = (delayMs, callback) => after(delayMs / 20, callback);
