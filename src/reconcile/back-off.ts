/** After the first failure: long enough for a conflicting writer to be done, too short to be noticed. */
export const FIRST_BACK_OFF_MS = 50;
/** The longest wait: what failed because storage was away is shown this soon after it is back. */
export const MAX_BACK_OFF_MS = 30_000;

/**
 * How long to wait before trying again: doubled with each failure, with jitter over the upper half, so that what
 * failed together does not come back together.
 * @param random from 0 to 1
 */
export function backOffMs(failures: number, random: number): number {
  const fullMs = Math.min(FIRST_BACK_OFF_MS * 2 ** (failures - 1), MAX_BACK_OFF_MS);
  return fullMs / 2 + (fullMs / 2) * random;
}
