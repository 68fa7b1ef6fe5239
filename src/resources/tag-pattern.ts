import { matches, rule } from "./cel.ts";

/** Tags' own characters, and `*` for any text. */
const PATTERN = /^[A-Za-z0-9_.*-]{1,128}$/;

export const TAG_PATTERN_EXPECTED =
  "expected a tag, or a pattern such as v*: letters, digits and _ . - with * for any text";

/** Whether a text may be in `immutableTags`. */
export function isTagPattern(text: string): boolean {
  return PATTERN.test(text);
}

export const TAG_PATTERN_RULE = rule(matches(PATTERN), TAG_PATTERN_EXPECTED);
