import { LRUCache } from "lru-cache";

/** Some MB in all: a row of a hot path is a few hundred bytes. */
const MAX_REMEMBERED = 5000;

/** What can be asked again only when something changed: a `PreparedQuery`, or what is made of some of them. */
export interface VersionedQuery<Parameters, Answer> {
  first(parameters: Parameters): Promise<Answer | undefined>;
  /** Rises with each commit that may change an answer. Undefined where that cannot be known: nothing is remembered. */
  readonly version: () => number | undefined;
}

/** A query whose answers are made of rows. */
export function answering<Parameters, Row, Answer>(
  query: VersionedQuery<Parameters, Row>,
  toAnswer: (row: Row) => Answer,
): VersionedQuery<Parameters, Answer> {
  return {
    async first(parameters) {
      const row = await query.first(parameters);
      return row && toAnswer(row);
    },
    version: query.version,
  };
}

/**
 * Remembers what a query gave until a commit changes what it reads: so what is remembered is never older than what the
 * query would give. For hot paths whose answers are small and mostly the same; callers share them.
 */
export function rememberUntilChanged<Parameters, Answer extends object>(
  query: VersionedQuery<Parameters, Answer>,
  keyOf: (parameters: Parameters) => string,
): (parameters: Parameters) => Promise<Answer | undefined> {
  const answers = new LRUCache<string, { answer: Answer | undefined; version: number }>({
    max: MAX_REMEMBERED,
  });
  return async (parameters) => {
    const version = query.version();
    if (version === undefined) return query.first(parameters);
    const key = keyOf(parameters);
    const known = answers.get(key);
    if (known?.version === version) return known.answer;
    const answer = await query.first(parameters);
    // Asked before the query: a commit meanwhile makes the answer out of date at once.
    answers.set(key, { answer, version });
    return answer;
  };
}
