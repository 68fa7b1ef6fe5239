import { matches, rule } from "./cel.ts";

/** White space at an end, as JavaScript trims it, or a control character. */
const UNTIDY = /^[\p{Z}\uFEFF]|[\p{Z}\uFEFF]$|\p{Cc}/u;

export const KEYWORD_EXPECTED = "expected no spaces around it and no control characters";

/** A keyword is one line of text that a person can search by. */
export function isKeyword(text: string): boolean {
  return !UNTIDY.test(text);
}

export const KEYWORD_RULE = rule(`!${matches(UNTIDY)}`, KEYWORD_EXPECTED);
