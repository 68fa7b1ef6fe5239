import { LRUCache } from "lru-cache";
import type { Database } from "./database.ts";

/** Some MB in all: a row of a hot path is a few hundred bytes. */
const MAX_REMEMBERED = 5000;

/**
 * Remembers what a query gave until the database's next commit, whatever that changes: so what is remembered is never
 * older than what a query would give. For hot paths whose answers are small and mostly the same; callers share them.
 * Where other processes commit as well, as in PostgreSQL, nothing is remembered.
 */
export function rememberUntilCommit<Parameters, Answer extends object>(
  database: Pick<Database, "commits">,
  {
    query,
    keyOf,
  }: {
    query: (parameters: Parameters) => Promise<Answer | undefined>;
    keyOf: (parameters: Parameters) => string;
  },
): (parameters: Parameters) => Promise<Answer | undefined> {
  const answers = new LRUCache<string, { answer: Answer | undefined; commits: number }>({
    max: MAX_REMEMBERED,
  });
  return async (parameters) => {
    const commits = database.commits();
    if (commits === undefined) return query(parameters);
    const key = keyOf(parameters);
    const known = answers.get(key);
    if (known?.commits === commits) return known.answer;
    const answer = await query(parameters);
    // Counted before the query: a commit meanwhile makes it out of date at once.
    answers.set(key, { answer, commits });
    return answer;
  };
}
