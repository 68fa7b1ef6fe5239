import { countHits } from "./hits.ts";
import type { IndexFile } from "./index-file.ts";
import type { TextQuery, Term } from "./query.ts";
import { quoteToken } from "./ranking.ts";
import { TAG } from "./tokens.ts";

/**
 * Words that a search looks for. Each costs a read of everything it is in, and past a few the rare ones alone say
 * what is meant: a pasted sentence is found by them.
 */
const MAX_TERMS = 4;
/** Words more frequent than this are alike: counting on would cost more than it tells. */
const MAX_COUNTED = 2000;

/** The query with no more than its rarest words, in their order. */
export function keepRarest(index: IndexFile, text: TextQuery): TextQuery {
  if (text.terms.length <= MAX_TERMS) return text;
  const byCount = text.terms
    .map((term) => ({ term, count: frequency(index, term) }))
    .toSorted((a, b) => a.count - b.count);
  const kept = new Set(byCount.slice(0, MAX_TERMS).map(({ term }) => term));
  return { ...text, terms: text.terms.filter((term) => kept.has(term)) };
}

function frequency(index: IndexFile, { text, isOpen }: Term): number {
  const token = isOpen ? TAG.describedWordBeginning + text : TAG.anyWord + text;
  return countHits(index, quoteToken(token), MAX_COUNTED);
}
