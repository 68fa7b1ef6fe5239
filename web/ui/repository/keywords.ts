/** As the hub bounds them (`resources/detail.ts`). */
const MAX_KEYWORDS = 20;
const MAX_LENGTH = 63;

/** Words between commas, in either language's way of writing them; each once. */
export function parseKeywords(text: string): string[] {
  const words = text.split(/[,，、;；\n]/).map((word) => word.trim());
  return [...new Set(words.filter((word) => word !== ""))];
}

/** What is wrong with them; undefined when nothing is. */
export function whyNoKeywords(text: string): "tooMany" | "tooLong" | undefined {
  const keywords = parseKeywords(text);
  if (keywords.length > MAX_KEYWORDS) return "tooMany";
  return keywords.some((keyword) => keyword.length > MAX_LENGTH) ? "tooLong" : undefined;
}
