import type { Root } from "hast";
import { headingRank } from "hast-util-heading-rank";
import { toString } from "hast-util-to-string";
import { visit } from "unist-util-visit";
import type { OutlineEntry } from "./rendered.ts";

/** Deeper headings are details of what is named already. */
const DEEPEST_LEVEL = 3;

/** The headings of a README, in order. Those of footnotes, which only screen readers see, are none. */
export function outlineOf(tree: Root): OutlineEntry[] {
  const outline: OutlineEntry[] = [];
  visit(tree, "element", (element) => {
    const level = headingRank(element);
    const { id, className } = element.properties;
    if (level === undefined || level > DEEPEST_LEVEL || typeof id !== "string" || className) return;
    const text = toString(element).trim();
    if (text !== "") outline.push({ id, text, level });
  });
  return outline;
}
