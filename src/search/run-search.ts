import { formatContinue, parseContinue } from "./continue-token.ts";
import { facetsOfEverything, facetsOfHits } from "./facets.ts";
import { countHits, EVERYTHING, hitsByRelevance, hitsSorted, type Hit, type Selection } from "./hits.ts";
import type { IndexFile } from "./index-file.ts";
import { readItems } from "./items.ts";
import { filterTokens, parseLimit, parseText, type SearchQuery, type TextQuery } from "./query.ts";
import { and, anyClass, nameClasses, quoteToken, rankClasses } from "./ranking.ts";
import { keepRarest } from "./rarest.ts";
import { sightOf, type Reader, type Sight } from "./reader.ts";
import type { SearchResult } from "./result.ts";

/** Hits are counted one by one so far; past it people refine the search, or know it is many. */
const MAX_TOTAL = 1000;
/** Facets of a search are counted over its best hits: enough to choose by, and bounded. */
const MAX_FACET_HITS = 500;
const MAX_SUGGESTIONS = 8;

/**
 * One page of a search.
 * @throws InvalidContinueError
 */
export function runSearch(index: IndexFile, query: SearchQuery, reader: Reader): SearchResult {
  const after = parseContinue(index, query);
  const text = keepRarest(index, parseText(query.q));
  const sight = sightOf(index, reader);
  const selection = select(text, query, sight);
  if (!selection) return nothingFound();
  const count = countHits(index, and(selection.any, selection.conditions), MAX_TOTAL + 1);
  const limit = parseLimit(query.limit);
  const sort = query.sort ?? "relevance";
  // One hit more than the page has tells whether there is another page.
  const page = { after, limit: limit + 1 };
  const hits =
    sort === "relevance"
      ? hitsByRelevance(index, selection, page)
      : hitsSorted(index, selection, { ...page, sort, areMany: count > MAX_TOTAL });
  const shown = hits.slice(0, limit);
  const sequences = shown.map(({ sequence }) => sequence);
  return {
    items: readItems(index, sequences, text.terms),
    total: Math.min(count, MAX_TOTAL),
    totalIsEstimate: count > MAX_TOTAL,
    facets: facetsOf(index, query, { text, sight, selection }),
    ...nextPage(index, query, hits.length > limit ? shown.at(-1) : undefined),
  };
}

/** Names that what is typed may become. */
export function runSuggest(index: IndexFile, text: string, reader: Reader): string[] {
  const parsed = keepRarest(index, parseText(text));
  const classes = nameClasses(parsed);
  const { expression } = sightOf(index, reader);
  const conditions = expression === undefined ? [] : [expression];
  const found = new Set<number>();
  for (const nameClass of classes) {
    if (found.size >= MAX_SUGGESTIONS) break;
    const selection = { classes: [nameClass], any: nameClass, conditions };
    const hits = hitsByRelevance(index, selection, { after: undefined, limit: MAX_SUGGESTIONS });
    for (const { sequence } of hits) found.add(sequence);
  }
  return readItems(index, [...found].slice(0, MAX_SUGGESTIONS), []).map(({ name }) => name);
}

/** What is asked for, as expressions; undefined when nothing can be found. */
function select(text: TextQuery, query: SearchQuery, sight: Sight): Selection | undefined {
  if (text.terms.length === 0 && !text.isBlank) return undefined;
  const conditions = filterTokens(query).map((token) => quoteToken(token));
  if (sight.expression !== undefined) conditions.push(sight.expression);
  return text.isBlank
    ? { classes: [EVERYTHING], any: EVERYTHING, conditions }
    : { classes: rankClasses(text), any: anyClass(text), conditions };
}

function facetsOf(
  index: IndexFile,
  query: SearchQuery,
  { text, sight, selection }: { text: TextQuery; sight: Sight; selection: Selection },
): SearchResult["facets"] {
  if (text.isBlank && filterTokens(query).length === 0) return facetsOfEverything(index, sight.scopes);
  const best = hitsByRelevance(index, selection, { after: undefined, limit: MAX_FACET_HITS });
  return facetsOfHits(
    index,
    best.map(({ sequence }) => sequence),
  );
}

function nextPage(index: IndexFile, query: SearchQuery, last: Hit | undefined): { continue?: string } {
  return last ? { continue: formatContinue(index, query, last.position) } : {};
}

function nothingFound(): SearchResult {
  return {
    items: [],
    total: 0,
    totalIsEstimate: false,
    facets: { keyword: [], organization: [], type: [], platform: [] },
  };
}
