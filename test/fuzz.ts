import assert from "node:assert/strict";
import * as fc from "fast-check";

/** Seconds that each property is tried for; unset: as many runs as it says, a second or so. */
const SECONDS = Number(process.env["IMAGEHUB_FUZZ_SECONDS"] ?? 0);

/** Makes the inputs of a seed again: with the path that a failure printed too, its counterexample alone. */
const SEED = process.env["IMAGEHUB_FUZZ_SEED"];
const PATH = process.env["IMAGEHUB_FUZZ_PATH"];

/** More than any run of a property comes to. */
const UNTIL_TIME_IS_OVER = 2 ** 31 - 1;
const SECONDS_A_SLOW_RUN = 5;

/**
 * Tries a property on `runs` inputs, or for IMAGEHUB_FUZZ_SECONDS; a failure names its seed and the smallest input,
 * or, for a slow one, the first.
 */
export function fuzz<T>(
  property: fc.IAsyncProperty<T>,
  runs: number,
  options?: { isSlow?: boolean },
): Promise<void>;
export function fuzz<T>(property: fc.IProperty<T>, runs: number): void;
export function fuzz<T>(
  property: fc.IRawProperty<T>,
  runs: number,
  { isSlow = false }: { isSlow?: boolean } = {},
): Promise<void> | void {
  return fc.assert(property as fc.IProperty<T>, {
    ...(SECONDS > 0 ? untilTimeIsOver(isSlow) : { numRuns: runs }),
    // The smallest is looked for by who replays what failed: that takes many runs.
    endOnFailure: isSlow && PATH === undefined,
    ...(SEED !== undefined && { seed: Number(SEED) }),
    ...(PATH !== undefined && { path: PATH }),
  });
}

/** A slow one might have no run within its time, which would fail it: it has as many as that takes, about. */
function untilTimeIsOver(isSlow: boolean): { numRuns: number; interruptAfterTimeLimit?: number } {
  if (isSlow) return { numRuns: Math.ceil(SECONDS / SECONDS_A_SLOW_RUN) };
  return { numRuns: UNTIL_TIME_IS_OVER, interruptAfterTimeLimit: SECONDS * 1000 };
}

/** What a parser gives; undefined when it throws the error it may. Any other error fails the test. */
export function parsedOr<T>(error: abstract new (...args: never[]) => Error, parse: () => T): T | undefined {
  try {
    return parse();
  } catch (thrown) {
    assert.ok(thrown instanceof error, `expected ${error.name}, got ${String(thrown)}`);
    assert.ok(thrown.message.length < 2000, "an error's message does not grow with the input");
    return undefined;
  }
}

/** What fits into the head of a request. */
const LONG_BYTES = 60_000;

/** A long text of few pieces, each repeated: where time grows with the square of the length, it shows. */
export function longText(pieces: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.oneof(fc.constantFrom(...pieces), fc.string({ minLength: 1, maxLength: 3 }));
  return fc
    .array(fc.tuple(piece, fc.constantFrom(1, 2, LONG_BYTES)), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.map(([text, count]) => text.repeat(Math.ceil(count / text.length))).join(""))
    .map((text) => text.slice(0, LONG_BYTES));
}

/**
 * Fails when work takes longer on the processor than what grows with its input does on a slow machine. What other
 * programs take meanwhile does not count.
 */
export function inBoundedTime<T>(work: () => T, limitMs = 150): T {
  const before = process.threadCpuUsage();
  const result = work();
  const { user, system } = process.threadCpuUsage(before);
  const tookMs = (user + system) / 1000;
  assert.ok(tookMs < limitMs, `took ${tookMs} ms of the processor, expected less than ${limitMs}`);
  return result;
}
