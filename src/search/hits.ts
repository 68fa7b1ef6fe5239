import type { Position } from "./continue-token.ts";
import type { IndexFile } from "./index-file.ts";
import { MAX_SEQUENCE, sequenceOf } from "./quality.ts";
import { and, quoteToken } from "./ranking.ts";
import type { SearchSort } from "./result.ts";
import { TAG } from "./tokens.ts";

/** A repository found, and where in the order it stands. */
export interface Hit {
  sequence: number;
  position: Position;
}

export interface Selection {
  /** FTS5 expressions, best first, no two with the same repository. */
  classes: string[];
  /** What all of them find together. */
  any: string;
  /** FTS5 expressions that a hit also meets: filters, and what the reader may see. */
  conditions: string[];
  /** Neither text nor filters: all that the scopes of the reader have. */
  isEverything: boolean;
  scopes: string[] | undefined;
}

/** All repositories: the class of a search without text. */
export const EVERYTHING = quoteToken(TAG.everything);

export interface PageOptions {
  after: Position | undefined;
  limit: number;
}

/** Hits class by class, the best of each first: reading ends when the page is full. */
export function hitsByRelevance(
  index: IndexFile,
  selection: Pick<Selection, "classes" | "conditions">,
  { after, limit }: PageOptions,
): Hit[] {
  const start = after && "rankClass" in after ? after : { rankClass: 0, rowid: -1 };
  const read = index.prepare(
    "SELECT rowid FROM tokens WHERE tokens MATCH ? AND rowid > ? ORDER BY rowid LIMIT ?",
  );
  const hits: Hit[] = [];
  for (const [rankClass, expression] of selection.classes.entries()) {
    if (rankClass < start.rankClass) continue;
    const from = BigInt(rankClass === start.rankClass ? start.rowid : -1);
    for (const row of read.all(and(expression, selection.conditions), from, limit - hits.length)) {
      const rowid = Number(row["rowid"]);
      hits.push({ sequence: sequenceOf(rowid), position: { rankClass, rowid } });
    }
    if (hits.length === limit) break;
  }
  return hits;
}

/** What each order sorts by, smallest first; indexed, together with the name. */
const SORT_VALUES: Record<Exclude<SearchSort, "relevance">, string> = {
  newest: "-r.updated_ms",
  pulls: "-r.pulls",
  stars: "-r.stars",
  name: "0",
};

/** Hits in another order. */
export function hitsSorted(
  index: IndexFile,
  selection: Selection,
  options: PageOptions & { sort: Exclude<SearchSort, "relevance">; areMany: boolean },
): Hit[] {
  const value = SORT_VALUES[options.sort];
  const after = options.after && "name" in options.after ? options.after : undefined;
  const isByName = options.sort === "name";
  const past = isByName ? "r.name > ?" : `(${value}, r.name) > (?, ?)`;
  const source = sourceOf(selection, options.areMany);
  const statement = index.prepare(
    `SELECT r.sequence, ${value} AS value, r.name FROM ${source.sql}
     ${after ? `AND ${past}` : ""} ORDER BY ${isByName ? "r.name" : `${value}, r.name`} LIMIT ?`,
  );
  const place = after ? (isByName ? [after.name] : [BigInt(after.value), after.name]) : [];
  return statement.all(...source.parameters, ...place, options.limit).map((row) => ({
    sequence: Number(row["sequence"]),
    position: { value: Number(row["value"]), name: String(row["name"]) },
  }));
}

/**
 * Few hits are looked up and sorted. With many, the index in the wanted order is walked until a page is full, and it
 * soon is; the pluses keep SQLite from looking them up all the same. Everything is walked without asking the tokens.
 */
function sourceOf(selection: Selection, areMany: boolean): { sql: string; parameters: string[] } {
  const { isEverything, scopes } = selection;
  if (isEverything && scopes === undefined) return { sql: "repositories AS r WHERE 1 = 1", parameters: [] };
  if (isEverything) {
    const isSeen = "(+r.private = 0 OR +r.organization IN (SELECT value FROM json_each(?)))";
    return { sql: `repositories AS r WHERE ${isSeen}`, parameters: [JSON.stringify(scopes)] };
  }
  const sequence = `tokens.rowid % ${MAX_SEQUENCE + 1}`;
  const sql = areMany
    ? "repositories AS r WHERE +r.token_rowid IN (SELECT rowid FROM tokens WHERE tokens MATCH ?)"
    : `tokens CROSS JOIN repositories AS r ON r.sequence = ${sequence} WHERE tokens MATCH ?`;
  return { sql, parameters: [and(selection.any, selection.conditions)] };
}

/** How many there are, counted to `max` at most. */
export function countHits(index: IndexFile, expression: string, max: number): number {
  const row = index
    .prepare("SELECT count(*) AS count FROM (SELECT 1 FROM tokens WHERE tokens MATCH ? LIMIT ?)")
    .get(expression, max);
  return Number(row?.["count"]);
}
