import { hash, randomUUID } from "node:crypto";
import type { Kind, Resource } from "../../resources/kinds.ts";

/**
 * How a resource lies in the database: long docs are a text of their own, since all tags of a repository may have the
 * same, and most readers want none.
 *
 *     {"apiVersion":…,"spec":{"detail":{"docs":"",…},…},…,"texts":{"spec":"5f1e…"}}
 *
 * A document without `texts` is the resource.
 */
interface StoredDocument extends Resource<Kind> {
  texts?: TextReferences;
}

/** The digests of docs, by where they stand. */
type TextReferences = Partial<Record<Part, string>>;

const PARTS = ["spec", "status"] as const;
type Part = (typeof PARTS)[number];

/** Shorter docs, in characters, stay where they are: two rows more would take as much. */
const MIN_TEXT_LENGTH = 512;

export interface EncodedDocument {
  document: string;
  /** The texts that it names: digest → content, which is JSON. */
  texts: Map<string, string>;
}

export function encodeDocument(resource: Resource<Kind>): EncodedDocument {
  const texts = new Map<string, string>();
  const references: TextReferences = {};
  let stored: StoredDocument = resource;
  for (const part of PARTS) {
    const docs = detailOf(resource, part)?.docs;
    if (docs === undefined || docs.length < MIN_TEXT_LENGTH) continue;
    const content = JSON.stringify(docs);
    const digest = hash("sha256", content);
    texts.set(digest, content);
    references[part] = digest;
    stored = { ...withDocs(stored, part, ""), texts: references };
  }
  return { document: JSON.stringify(stored), texts };
}

/** A document as it was read: docs that are a text of their own are empty in it. */
export interface ParsedDocument<K extends Kind> {
  resource: Resource<K>;
  references: TextReferences;
}

/** The caller knows the kind, by which the document was found. */
export function parseDocument<K extends Kind>(document: string): ParsedDocument<K> {
  const { texts, ...resource } = JSON.parse(document) as StoredDocument;
  return { resource: resource as Resource<K>, references: texts ?? {} };
}

/** The digests of the texts that it names, each once. */
export function textsOf({ references }: ParsedDocument<Kind>): Set<string> {
  return new Set(Object.values(references));
}

/** With its texts in their places. @param text gives the text of a digest */
export function completed<K extends Kind>(
  { resource, references }: ParsedDocument<K>,
  text: (digest: string) => string,
): Resource<K> {
  let complete = resource;
  for (const part of PARTS) {
    const digest = references[part];
    if (digest !== undefined) complete = withDocs(complete, part, text(digest));
  }
  return complete;
}

/** Holds a text's place in JSON. Nobody can know it who writes a resource. */
const PLACE = randomUUID();

/** The same as JSON. @param content gives the JSON of a digest's text */
export function completedJson(document: ParsedDocument<Kind>, content: (digest: string) => string): string {
  let json = JSON.stringify(completed(document, (digest) => PLACE + digest));
  for (const digest of textsOf(document))
    json = json.replaceAll(`"${PLACE}${digest}"`, () => content(digest));
  return json;
}

/** Without docs, be they long or not. */
export function withoutDocs<K extends Kind>({ resource }: ParsedDocument<K>): Resource<K> {
  let brief = resource;
  for (const part of PARTS) brief = lessDocs(brief, part);
  return brief;
}

/** How many characters of a resource are its docs. */
export function docsLength(resource: Resource<Kind>): number {
  return PARTS.reduce((length, part) => length + (detailOf(resource, part)?.docs?.length ?? 0), 0);
}

interface DetailWithDocs {
  docs?: string;
}

function detailOf(resource: Resource<Kind>, part: Part): DetailWithDocs | undefined {
  return (resource[part] as { detail?: DetailWithDocs } | undefined)?.detail;
}

/** A copy; what the two have in common is shared. */
function withDocs<K extends Kind>(resource: Resource<K>, part: Part, docs: string): Resource<K> {
  return { ...resource, [part]: { ...resource[part], detail: { ...detailOf(resource, part), docs } } };
}

function lessDocs<K extends Kind>(resource: Resource<K>, part: Part): Resource<K> {
  const { docs, ...detail } = detailOf(resource, part) ?? {};
  return docs === undefined ? resource : { ...resource, [part]: { ...resource[part], detail } };
}
