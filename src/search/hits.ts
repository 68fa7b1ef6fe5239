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
  selection: Selection,
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

/**
 * Hits in another order. Few of them are read and sorted; of many, the index in that order is walked, and each
 * repository asked whether it is one: soon enough it is.
 */
export function hitsSorted(
  index: IndexFile,
  selection: Selection,
  options: PageOptions & { sort: Exclude<SearchSort, "relevance">; areMany: boolean },
): Hit[] {
  const value = SORT_VALUES[options.sort];
  const after = options.after && "name" in options.after ? options.after : undefined;
  const matches = and(selection.any, selection.conditions);
  const source = options.areMany
    ? `repositories AS r WHERE EXISTS (SELECT 1 FROM tokens WHERE tokens MATCH ? AND tokens.rowid = r.token_rowid)`
    : `tokens CROSS JOIN repositories AS r ON r.sequence = tokens.rowid % ${MAX_SEQUENCE + 1} WHERE tokens MATCH ?`;
  const order = options.sort === "name" ? "r.name" : `${value}, r.name`;
  const past = options.sort === "name" ? "r.name > ?" : `(${value}, r.name) > (?, ?)`;
  const statement = index.prepare(
    `SELECT r.sequence, ${value} AS value, r.name FROM ${source} ${after ? `AND ${past}` : ""} ORDER BY ${order} LIMIT ?`,
  );
  const place = after ? (options.sort === "name" ? [after.name] : [BigInt(after.value), after.name]) : [];
  return statement.all(matches, ...place, options.limit).map((row) => ({
    sequence: Number(row["sequence"]),
    position: { value: Number(row["value"]), name: String(row["name"]) },
  }));
}

/** How many there are, counted to `max` at most. */
export function countHits(index: IndexFile, expression: string, max: number): number {
  const row = index
    .prepare("SELECT count(*) AS count FROM (SELECT 1 FROM tokens WHERE tokens MATCH ? LIMIT ?)")
    .get(expression, max);
  return Number(row?.["count"]);
}
