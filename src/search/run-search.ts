import { formatContinue, parseContinue, type Position } from "./continue-token.ts";
import { facetsOfEverything, facetsOfHits } from "./facets.ts";
import { EVERYTHING, hitsByRelevance, hitsSorted, type Hit, type Selection } from "./hits.ts";
import type { IndexFile } from "./index-file.ts";
import { readItems } from "./items.ts";
import { filterTokens, parseLimit, parseText, type SearchQuery, type TextQuery } from "./query.ts";
import { anyClass, suggestionClasses, quoteToken, rankClasses } from "./ranking.ts";
import { keepRarest } from "./rarest.ts";
import { sightOf, type Reader, type Sight } from "./reader.ts";
import type { SearchResult } from "./result.ts";

/** Hits are read and counted so far; past it people refine the search, or know it is many. */
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
  const best = hitsByRelevance(index, selection, { after: undefined, limit: MAX_TOTAL + 1 });
  const limit = parseLimit(query.limit);
  const hits = readPage(index, query, { after, best, selection, limit });
  const shown = hits.slice(0, limit);
  const sequences = shown.map(({ sequence }) => sequence);
  return {
    items: readItems(index, sequences, text.terms),
    total: Math.min(best.length, MAX_TOTAL),
    totalIsEstimate: best.length > MAX_TOTAL,
    facets: selection.isEverything
      ? facetsOfEverything(index, selection.scopes)
      : facetsOfHits(index, best.slice(0, MAX_FACET_HITS)),
    ...nextPage(index, query, hits.length > limit ? shown.at(-1) : undefined),
  };
}

/** Names that what is typed may become. */
export function runSuggest(index: IndexFile, text: string, reader: Reader): string[] {
  const parsed = keepRarest(index, parseText(text));
  const { conditions } = sightOf(index, reader);
  const found = new Set<number>();
  for (const nameClass of suggestionClasses(parsed)) {
    if (found.size >= MAX_SUGGESTIONS) break;
    const selection = { classes: [nameClass], conditions };
    const hits = hitsByRelevance(index, selection, { after: undefined, limit: MAX_SUGGESTIONS });
    for (const { sequence } of hits) found.add(sequence);
  }
  return readItems(index, [...found].slice(0, MAX_SUGGESTIONS), []).map(({ name }) => name);
}

/** What is asked for, as expressions; undefined when nothing can be found. */
function select(text: TextQuery, query: SearchQuery, sight: Sight): Selection | undefined {
  if (text.terms.length === 0 && !text.isBlank) return undefined;
  const filters = filterTokens(query).map((token) => quoteToken(token));
  return {
    ...(text.isBlank
      ? { classes: [EVERYTHING], any: EVERYTHING }
      : { classes: rankClasses(text), any: anyClass(text) }),
    conditions: [...filters, ...sight.conditions],
    isEverything: text.isBlank && filters.length === 0,
    scopes: sight.scopes,
  };
}

/** The hits of a page, and one more when there is another page. */
function readPage(
  index: IndexFile,
  query: SearchQuery,
  page: { after: Position | undefined; best: Hit[]; selection: Selection; limit: number },
): Hit[] {
  const { after, selection, best } = page;
  const limit = page.limit + 1;
  const sort = query.sort ?? "relevance";
  if (sort !== "relevance") {
    return hitsSorted(index, selection, { after, limit, sort, areMany: best.length > MAX_TOTAL });
  }
  return after ? hitsByRelevance(index, selection, { after, limit }) : best.slice(0, limit);
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
