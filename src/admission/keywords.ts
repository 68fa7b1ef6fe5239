import type { FieldCause } from "./errors.ts";

/** A keyword is one line of text that a person can search by. */
export function keywordCauses(field: string, keywords: readonly string[] = []): FieldCause[] {
  return keywords.flatMap((keyword, index) => {
    if (keyword.trim() === keyword && !/\p{Cc}/u.test(keyword)) return [];
    const why = "expected no spaces around it and no control characters";
    return [{ field: `${field}[${index}]`, reason: "FieldValueInvalid" as const, value: keyword, why }];
  });
}
