import type { Kind, Resource } from "../../resources/kinds.ts";
import type { ReadOptions } from "../port.ts";
import { hasSelectors, isSelected, type Selectors } from "../selectors.ts";
import type { ResourceRow } from "./list-rows.ts";
import { countParsedText } from "./parsed-text.ts";
import { docsLength, parseDocument, withoutDocs } from "./stored-document.ts";
import type { TextReader } from "./texts.ts";

/** A resource of a list. */
export interface ListedResource<K extends Kind> {
  name: string;
  resource: Resource<K>;
  /** About as long as its text, in characters. */
  length: number;
}

/** Rows of a kind as resources: those that are selected, with their docs unless nobody wants them. */
export async function selectResources<K extends Kind>(
  texts: TextReader,
  rows: ResourceRow[],
  options: Selectors & ReadOptions,
): Promise<ListedResource<K>[]> {
  const parsed = rows.map(({ document }) => ({ ...parseDocument<K>(document), length: document.length }));
  countParsedText(parsed.reduce((sum, { length }) => sum + length, 0));
  const selected = hasSelectors(options)
    ? parsed.filter(({ resource }) => isSelected(resource, options))
    : parsed;
  const resources = options.withoutDocs ? selected.map(withoutDocs) : await texts.complete(selected);
  return resources.map((resource, index) => ({
    name: resource.metadata.name,
    resource,
    length: (selected[index]?.length ?? 0) + (options.withoutDocs ? 0 : docsLength(resource)),
  }));
}
