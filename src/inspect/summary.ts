import { cutAtWord, oneLine } from "./words.ts";

/** A README's summary, characters: two sentences, as a card shows. */
const SUMMARY_LENGTH = 300;
/** Where a first paragraph is looked for, characters; what comes later introduces nothing. */
const SEARCHED_LENGTH = 32 * 1024;
/** What is looked at of one paragraph, characters; the summary is shorter. */
const PARAGRAPH_LENGTH = 4 * 1024;

/**
 * The first paragraph of a Markdown text, plain: not headings, lists, tables, quotes, code, badges, comments, nor
 * lines that are links alone (navigation, translations).
 */
export function summarize(markdown: string): string | undefined {
  for (const paragraph of paragraphsOf(withoutComments(markdown.slice(0, SEARCHED_LENGTH)))) {
    const start = paragraph.slice(0, PARAGRAPH_LENGTH);
    const text = plainText(start);
    if (INTRODUCES_NOTHING.test(text) || !LETTER.test(plainText(withoutLinks(start)))) continue;
    return cutAtWord(text, SUMMARY_LENGTH);
  }
  return undefined;
}

const LETTER = /\p{L}/u;
/** A remark in parentheses, or words that lead to the code or list below them. */
const INTRODUCES_NOTHING = /^\(.*\)$|[:：]$/;
const FENCE = /^ {0,3}(?:```|~~~)/;
const NO_PARAGRAPH = /^(?: {0,3}(?:#|[-*+][ \t]|\d{1,9}[.)][ \t]|>|\||\[[^\]]+\]:)| {4}|\t)/;
const RULE = /^ {0,3}(?:[-*_=][ \t]*){2,}$/;

/** Blocks of text lines; a block that begins as anything else is left out whole. */
function* paragraphsOf(markdown: string): Generator<string> {
  let lines: string[] = [];
  let isSkipped = false;
  let isFenced = false;
  for (const line of [...markdown.split("\n"), ""]) {
    if (FENCE.test(line)) isFenced = !isFenced;
    else if (isFenced) continue;
    else if (line.trim() === "") {
      if (!isSkipped) yield lines.join("\n");
      [lines, isSkipped] = [[], false];
    } else if (RULE.test(line) || HEADING.test(line)) {
      // Under text a rule makes the text a heading.
      [lines, isSkipped] = [[], false];
    } else if (lines.length === 0 && NO_PARAGRAPH.test(line)) isSkipped = true;
    else if (!isSkipped) lines.push(line);
  }
}

const HEADING = /^ {0,3}#{1,6}(?:[ \t]|$)/;

function withoutComments(text: string): string {
  const [first = "", ...rest] = text.split("<!--");
  // Where a comment does not end, nothing after it is shown.
  return first + rest.map((part) => part.split("-->").slice(1).join("-->")).join("");
}

function withoutLinks(text: string): string {
  return withoutImages(text)
    .replaceAll(/\[[^[\]]*\](?:\([^()]*\)|\[[^[\]]*\])/g, "")
    .replaceAll(/<a\b[^<>]*>[^<]*<\/a>/gi, "");
}

function withoutImages(text: string): string {
  return text
    .replaceAll(/!\[[^[\]]*\](?:\([^()]*\)|\[[^[\]]*\])/g, "")
    .replaceAll(/<h([1-6])\b[^<>]*>[^<]*<\/h\1>/gi, "");
}

function plainText(markdown: string): string {
  const text = withoutImages(markdown)
    .replaceAll(/\[([^[\]]*)\](?:\([^()]*\)|\[[^[\]]*\])/g, "$1")
    .replaceAll(/<(https?:[^<>\s]*)>/g, "$1")
    .replaceAll(/<\/?[a-z][^<>]*>/gi, "")
    .replaceAll(/(\*\*|__|~~|`+)(?=\S)([^*_~`]+)\1/g, "$2")
    .replaceAll(/(^|[\s(])([*_])(?=\S)([^*_]+)\2/g, "$1$3")
    .replaceAll(/\\([!-/:-@[-`{-~])/g, "$1")
    .replaceAll(/&(?:amp|lt|gt|quot|nbsp|#39);/g, (entity) => ENTITIES[entity] ?? " ");
  return oneLine(text);
}

const ENTITIES: Record<string, string> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};
