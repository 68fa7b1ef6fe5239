/** Runs what is done under one name one after the other: what was seen before each is still so when it is stored. */
export type Turns = <T>(name: string, run: () => Promise<T>) => Promise<T>;

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();

  return async (name, run) => {
    const turn = (last.get(name) ?? Promise.resolve()).then(run);
    // A failure is its own caller's to see.
    const ended = turn.then(ignore, ignore);
    last.set(name, ended);
    try {
      return await turn;
    } finally {
      if (last.get(name) === ended) last.delete(name);
    }
  };
}

function ignore(): void {
  // Nothing to do.
}
