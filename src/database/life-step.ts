import { randomInt } from "node:crypto";

/** More changes than any database makes between its backup and its restore. */
const STEP = 2 ** 32;

/**
 * How far a restore raises a count of versions, so that those which clients know from the lost life are all below. Two
 * restores of one backup are two lives, hence the random part.
 */
export function lifeStep(): number {
  return STEP + randomInt(STEP);
}
