/** In place of an item: time has passed. */
export const TICK = Symbol("tick");

/** A source's items, and TICK between them each time `everyMs` have passed. Takes no item before the last was used. */
export async function* withTicks<T>(
  source: AsyncIterable<T>,
  everyMs: number,
): AsyncGenerator<T | typeof TICK> {
  const iterator = source[Symbol.asyncIterator]();
  let isDue = false;
  let wake: (() => void) | undefined;
  const timer = setInterval(() => {
    isDue = true;
    wake?.();
  }, everyMs);
  try {
    let next = iterator.next();
    for (;;) {
      if (isDue) yield TICK;
      isDue = false;
      const result = await new Promise<IteratorResult<T> | typeof TICK>((resolve, reject) => {
        wake = () => resolve(TICK);
        next.then(resolve, reject);
      });
      if (result === TICK) continue;
      if (result.done) return;
      yield result.value;
      next = iterator.next();
    }
  } finally {
    clearInterval(timer);
    await iterator.return?.();
  }
}
