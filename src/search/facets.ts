import { parseFacetLine, type Facet } from "./facet-counts.ts";
import type { Hit } from "./hits.ts";
import type { IndexFile } from "./index-file.ts";
import type { FacetCount, SearchResult } from "./result.ts";

type Facets = SearchResult["facets"];

/** Values shown of each; the rest nobody reads. */
const MAX_VALUES = 20;

/** How often each value occurs among these repositories. */
export function facetsOfHits(index: IndexFile, hits: readonly Hit[]): Facets {
  const rows = index
    .prepare("SELECT facets FROM repositories WHERE sequence IN (SELECT value FROM json_each(?))")
    .all(JSON.stringify(hits.map(({ sequence }) => sequence)));
  const counts = new Map<string, number>();
  for (const row of rows) {
    for (const line of String(row["facets"]).split("\n")) counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  const facets = forEachFacet((): FacetCount[] => []);
  for (const [line, count] of counts) {
    const parsed = parseFacetLine(line);
    if (parsed) facets[parsed.field].push({ value: parsed.value, count });
  }
  return forEachFacet((field) => largest(facets[field]));
}

/** How often each value occurs in everything that is in the scopes, or in all of them; kept, so nothing is counted here. */
export function facetsOfEverything(index: IndexFile, scopes: readonly string[] | undefined): Facets {
  if (scopes === undefined) return readCounts(index, "1 = 1", []);
  const [only, ...others] = scopes;
  // One scope is in order of its counts already.
  if (only !== undefined && others.length === 0) return readCounts(index, "scope = ?", [only]);
  return readCounts(index, "scope IN (SELECT value FROM json_each(?))", [JSON.stringify(scopes)]);
}

function readCounts(index: IndexFile, condition: string, parameters: string[]): Facets {
  const isOneScope = condition === "scope = ?";
  const statement = index.prepare(
    `SELECT value, ${isOneScope ? "count" : "sum(count) AS count"} FROM facet_counts WHERE field = ? AND ${condition}
     ${isOneScope ? "" : "GROUP BY value"} ORDER BY count DESC, value LIMIT ?`,
  );
  return forEachFacet((field) =>
    statement
      .all(field, ...parameters, MAX_VALUES)
      .map((row) => ({ value: String(row["value"]), count: Number(row["count"]) })),
  );
}

function largest(counts: FacetCount[]): FacetCount[] {
  return counts.toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)).slice(0, MAX_VALUES);
}

function forEachFacet<T>(make: (field: Facet) => T): Record<Facet, T> {
  return {
    keyword: make("keyword"),
    organization: make("organization"),
    type: make("type"),
    platform: make("platform"),
  };
}
