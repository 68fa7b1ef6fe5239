import { FACETS, facetValues, type Facet } from "./facet-counts.ts";
import type { IndexFile } from "./index-file.ts";
import type { FacetCount, SearchResult } from "./result.ts";
import { parseList } from "./repositories.ts";

type Facets = SearchResult["facets"];

/** Values shown of each; the rest nobody reads. */
const MAX_VALUES = 20;

/** How often each value occurs among these repositories. */
export function facetsOfHits(index: IndexFile, sequences: readonly number[]): Facets {
  const counts = forEachFacet(() => new Map<string, number>());
  const rows = index
    .prepare(
      `SELECT name, keywords, type, platforms FROM repositories
       WHERE sequence IN (SELECT value FROM json_each(?))`,
    )
    .all(JSON.stringify(sequences));
  for (const row of rows) {
    const values = facetValues({
      name: String(row["name"]),
      keywords: parseList(row["keywords"]),
      type: String(row["type"]),
      platforms: parseList(row["platforms"]),
    });
    for (const field of FACETS) {
      for (const value of values[field]) counts[field].set(value, (counts[field].get(value) ?? 0) + 1);
    }
  }
  return forEachFacet((field) => largest(counts[field]));
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

function largest(counts: Map<string, number>): FacetCount[] {
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, MAX_VALUES);
}

function forEachFacet<T>(make: (field: Facet) => T): Record<Facet, T> {
  return {
    keyword: make("keyword"),
    organization: make("organization"),
    type: make("type"),
    platform: make("platform"),
  };
}
