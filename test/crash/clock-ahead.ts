/**
 * Loaded into a hub before the program, by NODE_OPTIONS: its clock is ahead of the machine's, so that what is kept for
 * a day or a month passes between two starts.
 */
export const CLOCK_AHEAD = "TEST_CLOCK_AHEAD_MS";

const aheadMs = Number(process.env[CLOCK_AHEAD] ?? 0);
const machineNow = Date.now;
Date.now = () => machineNow() + aheadMs;
