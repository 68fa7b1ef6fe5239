import { isKeyword, KEYWORD_EXPECTED } from "../resources/keywords.ts";
import type { FieldCause } from "./errors.ts";

/** What is wrong with keywords, each of which is one line of text. */
export function keywordCauses(field: string, keywords: readonly string[] = []): FieldCause[] {
  return keywords.flatMap((keyword, index) => {
    if (isKeyword(keyword)) return [];
    const at = `${field}[${index}]`;
    return [{ field: at, reason: "FieldValueInvalid" as const, value: keyword, why: KEYWORD_EXPECTED }];
  });
}
