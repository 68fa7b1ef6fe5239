import { parseDocument } from "yaml";
import type { Inspection } from "./inspection.ts";
import { withoutUndefined } from "./labels.ts";
import { MAX_FRONT_MATTER_BYTES } from "./limits.ts";
import {
  cleanDescription,
  cleanIcon,
  cleanKeywords,
  cleanType,
  cleanUrl,
  splitKeywords,
  type Words,
} from "./words.ts";

export interface FrontMatter {
  words: Words;
  /** The README without it. */
  body: string;
  warnings: Inspection["warnings"];
}

/**
 * Takes the YAML between `---` lines off the start of a README. Broken YAML is taken off as well: it was not meant
 * for readers, and the warning tells the publisher where it breaks. A rule with prose below it is left alone.
 */
export function parseFrontMatter(text: string): FrontMatter {
  const none: FrontMatter = { words: {}, body: text, warnings: [] };
  const opening = OPENING.exec(text)?.[0];
  if (opening === undefined) return none;
  const start = text.slice(opening.length - 1, MAX_FRONT_MATTER_BYTES);
  const closing = CLOSING.exec(start);
  if (!closing) return beginsAsMapping(start) ? { ...none, warnings: [unclosed()] } : none;
  const yaml = start.slice(1, closing.index + 1);
  const body = text.slice(opening.length - 1 + closing.index + closing[0].length).replace(/^\n+/, "");
  return { ...none, ...readYaml(yaml, body) };
}

const OPENING = /^---[ \t]*\n/;
const CLOSING = /\n(?:---|\.\.\.)[ \t]*(?:\n|$)/;
const KEY = /^["']?[\w-]+["']?[ \t]*:(?:\s|$)/;

/** Tells front matter from a rule with prose below it. */
function beginsAsMapping(yaml: string): boolean {
  const first = yaml.split("\n").find((line) => line.trim() !== "" && !line.startsWith("#"));
  return first !== undefined && KEY.test(first);
}

function readYaml(yaml: string, body: string): Partial<FrontMatter> {
  try {
    const document = parseDocument(yaml, { logLevel: "silent" });
    const [error] = document.errors;
    if (error) throw error;
    // Anchors are of no use here; without them no short text can unfold into a long one.
    const value: unknown = document.toJS({ maxAliasCount: 0 });
    if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
    return { ...readFields(value), body };
  } catch (error) {
    if (!beginsAsMapping(yaml)) return {};
    return { body, warnings: [invalid(`front matter is no YAML${describe(error)}`)] };
  }
}

type Read = (value: unknown) => Words[keyof Words];

/** How each field is read, and what is said to be expected when it cannot be. */
const FIELDS: Record<keyof Words, { read: Read; expected: string }> = {
  description: { read: ifText(cleanDescription), expected: "text" },
  keywords: { read: readKeywords, expected: "a list of words, or words between commas" },
  icon: { read: ifText(cleanIcon), expected: "an address with http:// or https://, or data:image/" },
  url: { read: ifText(cleanUrl), expected: "a web address" },
  type: { read: ifText(cleanType), expected: "a short word" },
};

function readFields(value: object): Pick<FrontMatter, "words" | "warnings"> {
  const values = new Map<string, unknown>(Object.entries(value));
  const warnings: FrontMatter["warnings"] = [];
  const read = Object.entries(FIELDS).map(([name, field]) => {
    const given = values.get(name);
    const word = isBlank(given) ? undefined : field.read(given);
    if (word === undefined && !isBlank(given)) warnings.push(wrongValue(name, given, field.expected));
    return [name, word];
  });
  return { words: withoutUndefined(Object.fromEntries(read) as Words), warnings };
}

function ifText(clean: (text: string) => string | undefined): Read {
  return (value) => (typeof value === "string" ? clean(value) : undefined);
}

function readKeywords(value: unknown): string[] | undefined {
  if (typeof value === "string") return cleanKeywords(splitKeywords(value));
  if (!Array.isArray(value)) return undefined;
  // Versions such as 8.0 are numbers to YAML.
  return cleanKeywords(value.filter((word) => ["string", "number"].includes(typeof word)).map(String));
}

function isBlank(value: unknown): boolean {
  return (
    value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0)
  );
}

function wrongValue(name: string, value: unknown, expected: string): Inspection["warnings"][number] {
  const shown = JSON.stringify(value).slice(0, MAX_VALUE_SHOWN);
  return invalid(`front matter field ${name} is ignored: expected ${expected}, got ${shown}`);
}

/** Enough to recognise a value by. */
const MAX_VALUE_SHOWN = 80;

function unclosed(): Inspection["warnings"][number] {
  return invalid(`front matter has no closing --- line within ${MAX_FRONT_MATTER_BYTES} bytes`);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const [message = ""] = error.message.split("\n");
  const line = lineOf(error);
  const why = message.replace(/ at line \d+, column \d+:?$/, "").slice(0, MAX_WHY_SHOWN);
  return `${line === undefined ? "" : ` at line ${line}`}: ${why}`;
}

/** Most of what the parser says; it repeats what it cannot read, however long that is. */
const MAX_WHY_SHOWN = 300;

/** The line in README, which begins with the opening `---`. */
function lineOf(error: Error): number | undefined {
  if (!("linePos" in error) || !Array.isArray(error.linePos)) return undefined;
  const [position] = error.linePos as { line: number }[];
  return position && position.line + 1;
}

function invalid(message: string): Inspection["warnings"][number] {
  return { reason: "FrontMatterInvalid", message };
}
