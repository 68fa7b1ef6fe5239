import {
  MAX_DESCRIPTION_LENGTH,
  MAX_ICON_LENGTH,
  MAX_KEYWORD_LENGTH,
  MAX_KEYWORDS,
  MAX_TYPE_LENGTH,
  MAX_URL_LENGTH,
  type Detail,
} from "../resources/detail.ts";

/** What a publisher may say of an image in words, wherever it was said; each value is clean and within its limit. */
export interface Words extends Pick<Detail, "description" | "keywords" | "icon" | "url"> {
  type?: string;
}

/** Field by field the first source that has it. */
export function mergeWords(...sources: Words[]): Words {
  return Object.assign({}, ...sources.toReversed());
}

/** One line, cut at its limit; undefined when nothing is left. */
export function cleanDescription(text: string): string | undefined {
  return cutAtWord(oneLine(text), MAX_DESCRIPTION_LENGTH) || undefined;
}

/** Trimmed, each once whatever its case, as many as the limit; too long ones are no keywords and go. */
export function cleanKeywords(words: readonly string[]): string[] | undefined {
  const byLower = new Map<string, string>();
  for (const word of words.map(oneLine)) {
    const lower = word.toLowerCase();
    if (word !== "" && word.length <= MAX_KEYWORD_LENGTH && !byLower.has(lower)) byLower.set(lower, word);
    if (byLower.size === MAX_KEYWORDS) break;
  }
  return byLower.size > 0 ? [...byLower.values()] : undefined;
}

/** Splits `a, b` at commas, and `a b` at spaces where there is no comma. */
export function splitKeywords(text: string): string[] {
  return text.split(text.includes(",") ? "," : /\s+/);
}

/** A picture's address on the web or the picture itself; a relative path leads nowhere outside its repository. */
export function cleanIcon(text: string): string | undefined {
  const icon = text.trim();
  return ICON.test(icon) && icon.length <= MAX_ICON_LENGTH ? icon.toWellFormed() : undefined;
}

/** A web address, or a host without a scheme and what may follow it. */
export function cleanUrl(text: string): string | undefined {
  const url = text.trim();
  if (url.length > MAX_URL_LENGTH || /[\s\p{Cc}"<>\\^`{|}]/u.test(url)) return undefined;
  return WEB_ADDRESS.test(url) || HOST.test(url) ? url.toWellFormed() : undefined;
}

/** One word or a few, such as `application`. */
export function cleanType(text: string): string | undefined {
  const type = oneLine(text);
  return type !== "" && type.length <= MAX_TYPE_LENGTH ? type : undefined;
}

/** Text cut between words, with … where something is missing. */
export function cutAtWord(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const space = text.lastIndexOf(" ", maxLength - 1);
  // Text without spaces, Chinese for one, is cut between any two characters.
  const end = space > maxLength / 2 ? space : maxLength - 1;
  const start = text.slice(0, end).replace(/[\uD800-\uDBFF]$/, "");
  return `${start.replace(/[\s,;:.–-]+$/, "")}…`;
}

/** Control characters become spaces, and runs of spaces one. */
export function oneLine(text: string): string {
  return text
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim()
    .toWellFormed();
}

const ICON = /^(?:https?:\/\/[^\s/]|data:image\/)\S*$/i;
const WEB_ADDRESS = /^https?:\/\/[^\s/?#]+/i;
const HOST = /^(?:[\p{L}\p{N}](?:[-\p{L}\p{N}]*[\p{L}\p{N}])?\.)+\p{L}{2,}(?::\d{1,5})?(?:[/?#]|$)/u;
