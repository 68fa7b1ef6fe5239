import type { Root } from "hast";

/** What the worker is told. */
export interface ReadmeRequest {
  markdown: string;
  /** The project's home page: when it is a source repository that is known, relative links go there. */
  home: string | undefined;
  labels: ReadmeLabels;
}

/** Words that Markdown itself brings onto the page, in the reader's language. */
export interface ReadmeLabels {
  footnotes: string;
  backToText: string;
}

/** A heading, to jump to. */
export interface OutlineEntry {
  id: string;
  text: string;
  level: number;
}

/** A README that is safe to show: a sanitized tree, and its headings. */
export interface RenderedReadme {
  tree: Root;
  outline: OutlineEntry[];
}
