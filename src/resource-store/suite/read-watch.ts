/** A watch as a test reads it: the next is told when the last was taken. */
export interface WatchReader<T> {
  /** @returns undefined when the watch has ended; throws what ended it */
  next(): Promise<T | undefined>;
  stop(): Promise<void>;
}

/** Begins a watch. @param watch resolves when it has ended */
export function readWatch<T>(
  watch: (signal: AbortSignal, tell: (item: T) => Promise<void>) => Promise<void>,
): WatchReader<T> {
  const stopping = new AbortController();
  let reader = Promise.withResolvers<(item: T) => void>();
  const ended = watch(stopping.signal, async (item) => {
    const stopped = new Promise<undefined>((resolve) =>
      stopping.signal.addEventListener("abort", () => resolve(undefined)),
    );
    (await Promise.race([reader.promise, stopped]))?.(item);
  });
  ended.catch(() => undefined);
  return {
    next() {
      const told = new Promise<T>((resolve) => {
        reader.resolve((item) => {
          reader = Promise.withResolvers();
          resolve(item);
        });
      });
      return Promise.race([told, ended.then(() => undefined)]);
    },
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}
