/** Runs work of one key one after the other, and of different keys at once. */
export type Exclusively = <T>(key: string, work: () => Promise<T>) => Promise<T>;

export function createExclusively(): Exclusively {
  const last = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const before = last.get(key) ?? Promise.resolve();
    const run = before.then(work, work);
    last.set(key, run);
    const forget = (): void => void (last.get(key) === run && last.delete(key));
    run.then(forget, forget);
    return run;
  };
}
