import type { Term } from "./query.ts";
import { normalizeText, segmentsOf, type Segment } from "./words.ts";

/** Marks in private use, so that no HTML is made here and none is read there. */
export const MATCH_START = "\u{E000}";
export const MATCH_END = "\u{E001}";

/** Characters of text around a match: about two lines of a card. */
const FRAGMENT_LENGTH = 200;
/** Of these, before the first match. */
const LEAD_LENGTH = 60;

interface Range {
  start: number;
  end: number;
}

/**
 * The part of `text` around its first match, with all matches in it marked; undefined when nothing matches.
 * `within` also finds terms inside of words, as names are found.
 */
export function highlight(text: string, terms: readonly Term[], within = false): string | undefined {
  const clean = text.replaceAll(/[\u{E000}\u{E001}]/gu, "");
  const ranges = matchesIn(clean, terms, within);
  const [first] = ranges;
  if (!first) return undefined;
  const fragment = fragmentAround(clean, first.start);
  const marked = ranges
    .filter(({ start }) => start < fragment.end)
    .toReversed()
    .reduce(
      (result, { start, end }) =>
        mark(result, { start: start - fragment.start, end: Math.min(end, fragment.end) - fragment.start }),
      clean.slice(fragment.start, fragment.end),
    );
  return `${fragment.start > 0 ? "…" : ""}${marked}${fragment.end < clean.length ? "…" : ""}`;
}

/** Whether a term is one of these words, or the beginning of one when it is still typed. */
export function matchesWord(term: Term, words: ReadonlySet<string>): boolean {
  if (words.has(term.text)) return true;
  return term.isOpen && !term.isPaired && words.values().some((word) => word.startsWith(term.text));
}

/** In order and apart from each other; ends when what follows is too far from the first to be shown. */
function matchesIn(text: string, terms: readonly Term[], within: boolean): Range[] {
  const ranges: Range[] = [];
  for (const segment of segmentsOf(text)) {
    const [first] = ranges;
    if (first && segment.index > first.start + FRAGMENT_LENGTH) break;
    for (const range of matchesInSegment(segment, terms, within)) {
      const previous = ranges.at(-1);
      if (previous && range.start <= previous.end) previous.end = Math.max(previous.end, range.end);
      else ranges.push(range);
    }
  }
  return ranges;
}

function matchesInSegment(segment: Segment, terms: readonly Term[], within: boolean): Range[] {
  const word = normalizeText(segment.text);
  return terms
    .filter((term) => term.isPaired === segment.isPaired)
    .flatMap((term) => placesOf(term, word, within).map((place) => rangeOf(segment, word, place, term.text)))
    .toSorted((a, b) => a.start - b.start);
}

function placesOf(term: Term, word: string, within: boolean): number[] {
  if (term.isPaired || within) return allPlaces(word, term.text);
  return word === term.text || (term.isOpen && word.startsWith(term.text)) ? [0] : [];
}

function allPlaces(word: string, text: string): number[] {
  const places: number[] = [];
  for (let place = word.indexOf(text); place >= 0; place = word.indexOf(text, place + 1)) places.push(place);
  return places;
}

/** Where the match is in the text as written; all of the word when normalizing has moved its characters. */
function rangeOf(segment: Segment, word: string, place: number, term: string): Range {
  const isSameLength = word.length === segment.text.length;
  const start = segment.index + (isSameLength ? place : 0);
  return { start, end: isSameLength ? start + term.length : segment.index + segment.text.length };
}

/** Cut between words where there is a space near, so that the fragment reads well. */
function fragmentAround(text: string, match: number): Range {
  if (text.length <= FRAGMENT_LENGTH) return { start: 0, end: text.length };
  const wanted = Math.max(0, match - LEAD_LENGTH);
  const space = text.indexOf(" ", wanted);
  const isNear = wanted > 0 && space >= 0 && space < match;
  const start = isNear ? space + 1 : betweenCharacters(text, wanted);
  const limit = Math.min(text.length, start + FRAGMENT_LENGTH);
  const lastSpace = text.lastIndexOf(" ", limit);
  const isLate = limit < text.length && lastSpace > match + LEAD_LENGTH;
  return { start, end: isLate ? lastSpace : betweenCharacters(text, limit) };
}

/** `index`, or one before when that is the middle of a surrogate pair. */
function betweenCharacters(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff ? index - 1 : index;
}

function mark(text: string, { start, end }: Range): string {
  return text.slice(0, start) + MATCH_START + text.slice(start, end) + MATCH_END + text.slice(end);
}
