/** The clock of this process and of the hub in it, which can go ahead of the machine's. */
let aheadMs = 0;
const machineNow = Date.now;
Date.now = () => machineNow() + aheadMs;

export function advanceClock(ms: number): void {
  aheadMs += ms;
}
