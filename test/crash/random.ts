import { createHash, hash } from "node:crypto";

/** Choices that follow from a seed, so that a run can be made again: its order of choices, not its timing. */
export interface Random {
  /** Both included. */
  integer(min: number, max: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T | undefined;
  /** Up to so many of a list, in no order. */
  sample<T>(list: readonly T[], count: number): T[];
  bytes(sizeBytes: number): Buffer;
  /** Another series of choices. */
  fork(name: string): Random;
}

/** @param options.bytesSeed for bytes that differ where choices do not; default: the seed */
export function createRandom(seed: string, { bytesSeed = seed }: { bytesSeed?: string } = {}): Random {
  let state = Number.parseInt(hash("sha256", seed).slice(0, 8), 16);
  let drawn = 0;

  /** From 0 to 1, without 1: a linear congruential generator, with the multiplier of Numerical Recipes. */
  function next(): number {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  }

  const random: Random = {
    integer: (min, max) => min + Math.floor(next() * (max - min + 1)),
    chance: (probability) => next() < probability,
    pick: (list) => list[random.integer(0, list.length - 1)],
    sample(list, count) {
      const left = [...list];
      return Array.from({ length: Math.min(count, left.length) }, () =>
        left.splice(random.integer(0, left.length - 1), 1),
      ).flat();
    },
    bytes(sizeBytes) {
      drawn += 1;
      return createHash("shake256", { outputLength: sizeBytes }).update(`${bytesSeed} ${drawn}`).digest();
    },
    fork: (name) => createRandom(`${seed}/${name}`, { bytesSeed: `${bytesSeed}/${name}` }),
  };
  return random;
}
