import { organizationOf, pathOf, withoutVariant, type RepositoryDocument } from "./document.ts";
import { documentWords, isPaired, normalizeText, queryWords } from "./words.ts";

/**
 * The first letter of a token says what it is. Scopes are cumulative: a word of the name is also one of name and
 * keywords, of what is described, and of everything; so one read in the order of quality answers "all words within
 * this scope" without weighing every match.
 */
export const TAG = {
  everything: "a",
  wholeName: "e",
  nameBeginning: "b",
  organizationBeginning: "c",
  nameWord: "n",
  nameWordBeginning: "o",
  nameTrigram: "t",
  /** Name and keywords. */
  keywordWord: "k",
  keywordWordBeginning: "l",
  /** Name, keywords, organization and description. */
  describedWord: "d",
  describedWordBeginning: "f",
  /** All of these and the README. */
  anyWord: "r",
  // What filters ask for: values, whole.
  keyword: "g",
  organization: "h",
  type: "y",
  platform: "p",
  publicOnly: "u",
  privateOf: "v",
} as const;
export type Tag = (typeof TAG)[keyof typeof TAG];

/** Stands between the words of a whole name; never part of a word, and no separator to the tokenizer. */
export const JOINER = "·";
/** Longest typed beginning of a name that is looked up as one; longer ones are found by their words. */
export const MAX_NAME_BEGINNING = 48;
/** Longest typed beginning of a word; longer ones are nearly always the word. */
const MAX_WORD_BEGINNING = 16;
export const TRIGRAM_LENGTH = 3;

/** Everything a repository is found by, as text for a tokenizer that splits at spaces. */
export function documentTokens(document: RepositoryDocument): string {
  const tokens = new Set<string>([TAG.everything, visibilityToken(document)]);
  addName(tokens, document.name);
  addWords(tokens, document);
  for (const keyword of document.keywords) tokens.add(valueToken(TAG.keyword, keyword));
  tokens.add(valueToken(TAG.organization, organizationOf(document.name)));
  if (document.type !== "") tokens.add(valueToken(TAG.type, document.type));
  for (const platform of document.platforms) {
    tokens.add(valueToken(TAG.platform, platform));
    tokens.add(valueToken(TAG.platform, withoutVariant(platform)));
  }
  return [...tokens].join(" ");
}

/** The token of a whole value: lower case, and what the tokenizer would split at as its number between joiners. */
export function valueToken(tag: Tag, value: string): string {
  const encoded = normalizeText(value).replaceAll(
    /[\0-/:-@[-`{-\u007F\s·]/g,
    (character) => `${JOINER}${character.charCodeAt(0).toString(16)}${JOINER}`,
  );
  return tag + encoded;
}

/** The words of a name as one text: `my-org/my.app` and "my org my app" are the same. */
export function joinedName(text: string): string {
  return queryWords(text).join(JOINER);
}

/** All runs of three letters of a name or word, across its separators. */
export function trigramsOf(text: string): string[] {
  const letters = queryWords(text).join("");
  return Array.from({ length: Math.max(0, letters.length - TRIGRAM_LENGTH + 1) }, (_, index) =>
    letters.slice(index, index + TRIGRAM_LENGTH),
  );
}

function visibilityToken({ isPrivate, name }: RepositoryDocument): string {
  return isPrivate ? valueToken(TAG.privateOf, organizationOf(name)) : TAG.publicOnly;
}

function addName(tokens: Set<string>, name: string): void {
  const organization = joinedName(organizationOf(name));
  const path = joinedName(pathOf(name));
  const whole = `${organization}${JOINER}${path}`;
  for (const beginning of beginningsOf(organization)) tokens.add(TAG.organizationBeginning + beginning);
  for (const either of [whole, path]) {
    tokens.add(TAG.wholeName + either);
    for (const beginning of beginningsOf(either)) {
      // Up to here only the organization is named, which is a word of less weight.
      if (either === path || beginning.length > organization.length + 1) {
        tokens.add(TAG.nameBeginning + beginning);
      }
    }
  }
  for (const trigram of trigramsOf(pathOf(name))) tokens.add(TAG.nameTrigram + trigram);
}

function beginningsOf(name: string): string[] {
  return Array.from({ length: Math.min(name.length, MAX_NAME_BEGINNING) }, (_, index) =>
    name.slice(0, index + 1),
  );
}

function addWords(tokens: Set<string>, document: RepositoryDocument): void {
  const nameWords = documentWords(pathOf(document.name));
  const keywordWords = documentWords(document.keywords.join(" "));
  const describedWords = documentWords(`${organizationOf(document.name)} ${document.description}`);
  add(tokens, nameWords, [TAG.nameWord, TAG.keywordWord, TAG.describedWord, TAG.anyWord]);
  addBeginnings(tokens, nameWords, [
    TAG.nameWordBeginning,
    TAG.keywordWordBeginning,
    TAG.describedWordBeginning,
  ]);
  add(tokens, keywordWords, [TAG.keywordWord, TAG.describedWord, TAG.anyWord]);
  addBeginnings(tokens, keywordWords, [TAG.keywordWordBeginning, TAG.describedWordBeginning]);
  add(tokens, describedWords, [TAG.describedWord, TAG.anyWord]);
  addBeginnings(tokens, describedWords, [TAG.describedWordBeginning]);
  add(tokens, documentWords(document.readme), [TAG.anyWord]);
}

function add(tokens: Set<string>, words: Set<string>, tags: Tag[]): void {
  for (const word of words) for (const tag of tags) tokens.add(tag + word);
}

/** A word also begins with itself, so that an open word needs one token only. */
function addBeginnings(tokens: Set<string>, words: Set<string>, tags: Tag[]): void {
  for (const word of words) {
    const shortest = isPaired(word) ? word.length : 1;
    for (let length = shortest; length < Math.min(word.length, MAX_WORD_BEGINNING + 1); length += 1) {
      for (const tag of tags) tokens.add(tag + word.slice(0, length));
    }
    for (const tag of tags) tokens.add(tag + word);
  }
}
