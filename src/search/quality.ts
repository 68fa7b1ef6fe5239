/**
 * Where a repository stands among equally good matches: by pulls, then stars, then the day of its newest push. It is
 * the upper part of its rowid in the token table, so that rows come best first and reading stops when a page is full.
 *
 *     rowid = (pulls: 9 bits)(stars: 7 bits)(day: 14 bits)(sequence: 23 bits), 53 bits in all, exact as a number
 *
 * Pulls and stars count in steps, so that a repository does not move with each pull.
 */
export interface Standing {
  pulls: number;
  stars: number;
  /** Milliseconds since 1970. */
  updatedMs: number;
}

/** Repositories an index can ever hold; past it, it is rebuilt. */
export const MAX_SEQUENCE = 2 ** 23 - 1;

const MAX_PULL_STEP = 2 ** 9 - 1;
/** Steps of 6 %, up to 2^42 pulls. */
const PULL_STEPS_PER_DOUBLING = 12;
const MAX_STAR_STEP = 2 ** 7 - 1;
/** Steps of 15 %, up to 2^25 stars. */
const STAR_STEPS_PER_DOUBLING = 5;
const MAX_DAY = 2 ** 14 - 1;
/** Days are counted from 2020, and so until 2064. */
const FIRST_DAY_MS = Date.UTC(2020, 0, 1);
const DAY_MS = 24 * 60 * 60 * 1000;

/** The rowid in the token table: the better the standing, the smaller. */
export function rowidOf(standing: Standing, sequence: number): number {
  const pulls = steps(standing.pulls, PULL_STEPS_PER_DOUBLING, MAX_PULL_STEP);
  const stars = steps(standing.stars, STAR_STEPS_PER_DOUBLING, MAX_STAR_STEP);
  const day = bounded(Math.floor((standing.updatedMs - FIRST_DAY_MS) / DAY_MS), MAX_DAY);
  // By multiplication: shifts work on 32 bits.
  const quality =
    ((MAX_PULL_STEP - pulls) * (MAX_STAR_STEP + 1) + (MAX_STAR_STEP - stars)) * (MAX_DAY + 1) +
    (MAX_DAY - day);
  return quality * (MAX_SEQUENCE + 1) + sequence;
}

/** The repository a rowid of the token table belongs to. */
export function sequenceOf(rowid: number): number {
  return rowid % (MAX_SEQUENCE + 1);
}

function steps(count: number, perDoubling: number, max: number): number {
  return bounded(Math.floor(Math.log2(Math.max(0, count) + 1) * perDoubling), max);
}

function bounded(value: number, max: number): number {
  return Number.isNaN(value) ? 0 : Math.min(Math.max(value, 0), max);
}
