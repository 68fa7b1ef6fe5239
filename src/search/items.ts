import { organizationOf, pathOf } from "./document.ts";
import { highlight, matchesWord } from "./highlight.ts";
import type { IndexFile } from "./index-file.ts";
import type { Term } from "./query.ts";
import { parseList } from "./repositories.ts";
import type { SearchItem } from "./result.ts";
import { trigramsOf } from "./tokens.ts";
import { documentWords } from "./words.ts";

/** Characters of a README looked through for what to quote; a match further down is found, not quoted. */
const MAX_QUOTED_LENGTH = 16 * 1024;

type Columns = Record<string, unknown>;

/** The repositories as a page shows them, in the order given. */
export function readItems(
  index: IndexFile,
  sequences: readonly number[],
  terms: readonly Term[],
): SearchItem[] {
  const rows = index
    .prepare(
      `SELECT r.*, t.icon FROM repositories AS r JOIN texts AS t USING (sequence)
       WHERE sequence IN (SELECT value FROM json_each(?))`,
    )
    .all(JSON.stringify(sequences));
  const bySequence = new Map(rows.map((row) => [Number(row["sequence"]), row]));
  return sequences.flatMap((sequence) => {
    const row = bySequence.get(sequence);
    return row ? [itemOf(index, row, terms)] : [];
  });
}

function itemOf(index: IndexFile, row: Columns, terms: readonly Term[]): SearchItem {
  const name = String(row["name"]);
  const item: SearchItem = {
    name,
    organization: organizationOf(name),
    repository: pathOf(name),
    description: String(row["description"]),
    icon: String(row["icon"]),
    keywords: parseList(row["keywords"]),
    type: String(row["type"]),
    latestTag: String(row["latest_tag"]),
    platforms: parseList(row["platforms"]),
    size: Number(row["size"]),
    pulls: Number(row["pulls"]),
    stars: Number(row["stars"]),
    updatedAt: String(row["updated_at"]),
    matchedOn: [],
    highlights: {},
  };
  if (terms.length > 0) explain(index, item, { sequence: Number(row["sequence"]), terms });
  return item;
}

/** Says where the words were found. A word that is nowhere else was found in the README. */
function explain(
  index: IndexFile,
  item: SearchItem,
  { sequence, terms }: { sequence: number; terms: readonly Term[] },
): void {
  const fields = {
    name: (term: Term) => isInName(term, item.repository),
    keyword: matcher(item.keywords.join(" ")),
    organization: matcher(item.organization),
    description: matcher(item.description),
  };
  const found = Object.entries(fields) as [keyof typeof fields, (term: Term) => boolean][];
  item.matchedOn = found.filter(([, matches]) => terms.some(matches)).map(([field]) => field);
  addHighlight(item, "name", highlight(item.name, terms, true));
  addHighlight(item, "description", highlight(item.description, terms));
  const others = terms.filter((term) => !found.some(([, matches]) => matches(term)));
  if (others.length === 0) return;
  item.matchedOn.push("readme");
  addHighlight(item, "readme", highlight(readReadme(index, sequence), others));
}

function matcher(text: string): (term: Term) => boolean {
  const words = documentWords(text);
  return (term) => matchesWord(term, words);
}

function isInName(term: Term, path: string): boolean {
  if (matchesWord(term, documentWords(path))) return true;
  const trigrams = new Set(trigramsOf(path));
  const wanted = term.isPaired ? [] : trigramsOf(term.text);
  return wanted.length > 0 && wanted.every((trigram) => trigrams.has(trigram));
}

function addHighlight(item: SearchItem, field: string, fragment: string | undefined): void {
  if (fragment !== undefined) item.highlights[field] = fragment;
}

function readReadme(index: IndexFile, sequence: number): string {
  const row = index
    .prepare("SELECT substr(readme, 1, ?) AS readme FROM texts WHERE sequence = ?")
    .get(MAX_QUOTED_LENGTH, sequence);
  return String(row?.["readme"] ?? "");
}
