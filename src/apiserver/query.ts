/** A request's parameters; of one that was given several times, the first. */
export type Query = Record<string, string | undefined>;

/** A request's parameters, each once. */
export function queryOf({ query }: { query: unknown }): Query {
  const entries = Object.entries(query as Record<string, string | string[]>);
  return Object.fromEntries(entries.map(([name, value]) => [name, [value].flat()[0]]));
}
