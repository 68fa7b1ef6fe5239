/** Longer words are digests and encoded data, which nobody types: their beginning is enough. */
const MAX_WORD_LENGTH = 64;

/** A run of letters, digits and marks; everything between them, `_ - . /` too, splits. */
const RUN = /[\p{L}\p{N}\p{M}]+/gu;
/** Scripts written without spaces between words; Korean has spaces, but endings hang on its words. */
const PAIRED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}ー]+/u;
const PAIRED_OR_NOT = new RegExp(`${PAIRED.source}|(?:(?!${PAIRED.source}).)+`, "gu");

/** A piece of text in one way of writing. */
export interface Segment {
  text: string;
  /** Where it begins in the text, in UTF-16 units. */
  index: number;
  /** Chinese, Japanese or Korean: found by pairs of characters, since no spaces part its words. */
  isPaired: boolean;
}

/** One form for all the ways to write the same: compatibility forms (full width, ligatures) and case. */
export function normalizeText(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

/** Lazily, since who looks for the first match needs no more. */
export function* segmentsOf(text: string): Generator<Segment> {
  for (const run of text.matchAll(RUN)) {
    for (const piece of run[0].matchAll(PAIRED_OR_NOT)) {
      yield { text: piece[0], index: run.index + piece.index, isPaired: isPaired(piece[0]) };
    }
  }
}

/** The words a document is found by: Chinese, Japanese and Korean as single characters and as pairs. */
export function documentWords(text: string): Set<string> {
  const words = new Set<string>();
  for (const segment of segmentsOf(normalizeText(text))) {
    if (!segment.isPaired) {
      words.add(cut(segment.text));
      continue;
    }
    for (const character of segment.text) words.add(character);
    for (const pair of pairsOf(segment.text)) words.add(pair);
  }
  return words;
}

/** The words a query asks for, in its order: of Chinese, Japanese and Korean the pairs, or the character alone. */
export function queryWords(text: string): string[] {
  return [...segmentsOf(normalizeText(text))].flatMap((segment) => {
    if (!segment.isPaired) return [cut(segment.text)];
    const pairs = pairsOf(segment.text);
    return pairs.length === 0 ? [segment.text] : pairs;
  });
}

export function isPaired(word: string): boolean {
  return PAIRED.test(word);
}

function pairsOf(text: string): string[] {
  const characters = Array.from(text);
  return characters.slice(1).map((character, index) => `${characters[index] ?? ""}${character}`);
}

function cut(word: string): string {
  return word.length <= MAX_WORD_LENGTH ? word : word.slice(0, MAX_WORD_LENGTH);
}
