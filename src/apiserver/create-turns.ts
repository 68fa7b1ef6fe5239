/** Runs what one caller creates one after the other: what was counted before each is still so when it is stored. */
export type CreateTurns = <T>(caller: string, create: () => Promise<T>) => Promise<T>;

export function createTurns(): CreateTurns {
  const last = new Map<string, Promise<unknown>>();

  return async (caller, create) => {
    const turn = (last.get(caller) ?? Promise.resolve()).then(create);
    // A failure is its own caller's to see.
    const ended = turn.then(ignore, ignore);
    last.set(caller, ended);
    try {
      return await turn;
    } finally {
      if (last.get(caller) === ended) last.delete(caller);
    }
  };
}

function ignore(): void {
  // Nothing to do.
}
