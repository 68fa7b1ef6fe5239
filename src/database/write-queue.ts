/** Runs jobs one after another, in the order they came. */
export type WriteQueue = <T>(job: () => Promise<T>) => Promise<T>;

export function createWriteQueue(): WriteQueue {
  let last: Promise<unknown> = Promise.resolve();
  return (job) => {
    const result = last.then(job);
    last = result.catch(ignore);
    return result;
  };
}

/** A job's failure is its caller's to see; the queue goes on. */
function ignore(): void {
  // Nothing to do.
}
