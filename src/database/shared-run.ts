/**
 * Shares runs of something that covers all that was done before it began: a caller waits for a run that begins after
 * its call, and callers that come while one is under way share the next.
 */
export function shareRuns(run: () => Promise<void>): () => Promise<void> {
  let current: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  function start(): Promise<void> {
    next = undefined;
    current = run().finally(() => {
      if (next === undefined) current = undefined;
    });
    return current;
  }

  return () => {
    if (current === undefined) return start();
    next ??= current.then(start, start);
    return next;
  };
}
