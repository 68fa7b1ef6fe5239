/**
 * Markdown as a reader sees it, near enough to search and to quote: without tags, link targets, pictures, table rules
 * and marks. Code stays, since people search for what they copy. Each pattern is linear: none repeats inside a repeat.
 */
export function plainTextOf(markdown: string): string {
  return markdown
    .replaceAll(/<!--[^>]{0,2000}-->/g, " ")
    .replaceAll(/<\/?[a-zA-Z][^<>]{0,2000}>/g, " ")
    .replaceAll(/!\[([^\][]{0,500})\]\([^()\s]{0,2000}[^()]{0,200}\)/g, " $1 ")
    .replaceAll(/\[([^\][]{0,500})\]\([^()\s]{0,2000}[^()]{0,200}\)/g, "$1")
    .replaceAll(/^[ \t]{0,3}(?:#{1,6}|>|[-*+]|\d{1,9}[.)])[ \t]/gm, "")
    .replaceAll(/^[ \t]*(?:```|~~~)[^\n]*$/gm, "")
    .replaceAll(/[|:=-]{3,}/g, " ")
    .replaceAll(/[`*|~]|__/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
}
