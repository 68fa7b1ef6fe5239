import type { TextQuery, Term } from "./query.ts";
import { MAX_NAME_BEGINNING, TAG, TRIGRAM_LENGTH, trigramsOf, type Tag } from "./tokens.ts";

/**
 * The classes of matches, best first, as FTS5 expressions of which no two find the same repository:
 *
 *     1  the whole name, `org/path` or `path`, is what was typed
 *     2  the name begins with it
 *     3  all words are words of the name
 *     4  … the last one the beginning of a word
 *     5  all words are somewhere within the name
 *     6  all words are words of the name or keywords
 *     7  … or of the organization or description
 *     8  … or of the README, or somewhere within the name
 *
 * A repository found by several words ranks by the narrowest of these scopes that has all of them. The last word may
 * be the beginning of one in all classes from 4 on, but of a README's words, which match whole.
 */
export function rankClasses(text: TextQuery): string[] {
  const classes = [...nameClasses(text), ...widerClasses(text)];
  return classes.map((expression, index) => {
    const better = classes.slice(0, index);
    return better.length === 0 ? expression : `(${expression}) NOT (${better.join(" OR ")})`;
  });
}

/** What is suggested: by name, then all of the organization that is typed; a repository may be in several classes. */
export function suggestionClasses(text: TextQuery): string[] {
  const byOrganization = quote(TAG.organizationBeginning, text.wholeName);
  return text.terms.length === 0 ? [] : [...nameClasses(text), byOrganization];
}

/** Everything that any class finds: the widest class, which contains the others. */
export function anyClass({ terms }: TextQuery): string {
  return all(terms, (term) => {
    const alternatives = [quote(TAG.anyWord, term.text), within(term)];
    if (term.isOpen) alternatives.push(quote(TAG.describedWordBeginning, term.text));
    return `(${alternatives.join(" OR ")})`;
  });
}

/** `expressions` and `tokens` all true, as one FTS5 expression. */
export function and(expression: string, conditions: readonly string[]): string {
  return [expression, ...conditions].map((part) => `(${part})`).join(" AND ");
}

/** A token as an FTS5 string: no character in it means anything to FTS5. */
export function quoteToken(token: string): string {
  return `"${token.replaceAll('"', "")}"`;
}

function nameClasses({ terms, wholeName }: TextQuery): string[] {
  if (terms.length === 0) return [];
  const classes = [quote(TAG.wholeName, wholeName)];
  if (wholeName.length <= MAX_NAME_BEGINNING) classes.push(quote(TAG.nameBeginning, wholeName));
  classes.push(all(terms, ({ text }) => quote(TAG.nameWord, text)));
  classes.push(all(terms, (term) => word(term, TAG.nameWord, TAG.nameWordBeginning)));
  classes.push(all(terms, within));
  return classes;
}

function widerClasses(text: TextQuery): string[] {
  if (text.terms.length === 0) return [];
  return [
    all(text.terms, (term) => word(term, TAG.keywordWord, TAG.keywordWordBeginning)),
    all(text.terms, (term) => word(term, TAG.describedWord, TAG.describedWordBeginning)),
    anyClass(text),
  ];
}

function word(term: Term, whole: Tag, beginning: Tag): string {
  return quote(term.isOpen ? beginning : whole, term.text);
}

/** Somewhere within the name; what is too short for that is at least a word's beginning, or a word. */
function within(term: Term): string {
  if (term.isPaired || term.text.length < TRIGRAM_LENGTH)
    return word(term, TAG.nameWord, TAG.nameWordBeginning);
  return `(${trigramsOf(term.text)
    .map((trigram) => quote(TAG.nameTrigram, trigram))
    .join(" AND ")})`;
}

function all(terms: readonly Term[], expression: (term: Term) => string): string {
  return `(${terms.map(expression).join(" AND ")})`;
}

function quote(tag: Tag, text: string): string {
  return quoteToken(tag + text);
}
