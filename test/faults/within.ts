import { setTimeout as sleep } from "node:timers/promises";

/** Work that must not take longer. @throws when it does, and what the work throws */
export async function within(ms: number, work: Promise<void>): Promise<void> {
  const done = new AbortController();
  const late = sleep(ms, undefined, { signal: done.signal }).then(() => {
    throw new Error(`Not done within ${ms} ms`);
  });
  late.catch(() => undefined);
  await Promise.race([work, late]).finally(() => done.abort());
}

/** What work throws; undefined: nothing. */
export function whyNot(work: Promise<void>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}
