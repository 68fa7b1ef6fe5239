import { SearchSort } from "./result.ts";
import { joinedName, TAG, valueToken, type Tag } from "./tokens.ts";
import { isPaired, queryWords } from "./words.ts";

/** What `GET /api/v1/search` asks; values of any length and kind are taken. */
export interface SearchQuery {
  q?: string | undefined;
  keyword?: string | undefined;
  organization?: string | undefined;
  type?: string | undefined;
  /** `linux/arm64` finds every variant, `linux/arm64/v8` that one. */
  platform?: string | undefined;
  /** Default `relevance`. */
  sort?: SearchSort | undefined;
  /** 1 to 100; default 24. */
  limit?: number | undefined;
  /** From an earlier page of the same search. */
  continue?: string | undefined;
}

/** A word to find. */
export interface Term {
  text: string;
  /** The last word, which may still be typed: its beginning is enough. */
  isOpen: boolean;
  isPaired: boolean;
}

export interface TextQuery {
  /** No text at all: everything is asked for. Text without a letter or digit is not blank, and finds nothing. */
  isBlank: boolean;
  /** Different words in the order typed. */
  terms: Term[];
  /** All words as a whole name. */
  wholeName: string;
}

/** Longer text is cut: more than anybody types, and every word costs. */
const MAX_QUERY_LENGTH = 200;
/** A full page of cards. */
const DEFAULT_LIMIT = 24;
const MAX_LIMIT = 100;

export function parseText(q: string | undefined): TextQuery {
  const text = (q ?? "").slice(0, MAX_QUERY_LENGTH);
  const words = queryWords(text);
  const last = words.at(-1);
  return {
    isBlank: text.trim() === "",
    terms: [...new Set(words)].map((word) => ({
      text: word,
      isOpen: word === last,
      isPaired: isPaired(word),
    })),
    wholeName: joinedName(text),
  };
}

/** The limit asked for, within bounds. */
export function parseLimit(limit: number | undefined): number {
  return Number.isInteger(limit) ? Math.min(Math.max(Number(limit), 1), MAX_LIMIT) : DEFAULT_LIMIT;
}

const FILTERS = {
  keyword: TAG.keyword,
  organization: TAG.organization,
  type: TAG.type,
  platform: TAG.platform,
} satisfies Partial<Record<keyof SearchQuery, Tag>>;

/** The tokens that a hit has for the filters; an empty filter is none. */
export function filterTokens(query: SearchQuery): string[] {
  return (Object.keys(FILTERS) as (keyof typeof FILTERS)[]).flatMap((field) => {
    const value = query[field];
    return value ? [valueToken(FILTERS[field], value)] : [];
  });
}
