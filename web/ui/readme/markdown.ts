import type { Root } from "hast";
import rehypeHighlight from "rehype-highlight";
import rehypeRaw from "rehype-raw";
import rehypeSanitize from "rehype-sanitize";
import rehypeSlug from "rehype-slug";
import remarkGemoji from "remark-gemoji";
import remarkGfm from "remark-gfm";
import { remarkAlert } from "remark-github-blockquote-alert";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import { visit } from "unist-util-visit";
import { rehypeAddresses } from "./addresses.ts";
import { aliases, languages } from "./languages.ts";
import { outlineOf } from "./outline.ts";
import type { ReadmeRequest, RenderedReadme } from "./rendered.ts";
import { ID_PREFIX } from "./id-prefix.ts";
import { readmeSchema } from "./schema.ts";

/** Three times what 256 KiB of ordinary README make; a page of many more holds up its reader's browser. */
const MAX_ELEMENTS = 30_000;

/**
 * A README in GitHub's dialect of Markdown, made into a tree that is safe to show. What comes after the sanitizer
 * adds only what this file and its neighbours write: anchors, rewritten addresses, colours of code.
 * @throws Error when it is nested too deeply or has too many elements to be shown
 */
export function renderMarkdown({ markdown, home, labels }: ReadmeRequest): RenderedReadme {
  const processor = unified()
    .use(remarkParse)
    .use(remarkGfm)
    .use(remarkGemoji)
    .use(remarkAlert)
    .use(remarkRehype, {
      allowDangerousHtml: true,
      // The sanitizer prefixes every id; a second prefix would part footnotes from their marks.
      clobberPrefix: "",
      footnoteLabel: labels.footnotes,
      footnoteBackLabel: labels.backToText,
    })
    .use(rehypeRaw)
    .use(rehypeSanitize, readmeSchema)
    .use(rehypeSlug, { prefix: ID_PREFIX })
    .use(rehypeAddresses, { home })
    .use(rehypeHighlight, { languages, aliases });
  const tree = processor.runSync(processor.parse(markdown));
  trim(tree);
  return { tree, outline: outlineOf(tree) };
}

/** Drops positions in the source, which are half of a tree's size and which nobody reads behind the worker. */
function trim(tree: Root) {
  let elements = 0;
  visit(tree, (node) => {
    delete node.position;
    if (node.type === "element") elements += 1;
  });
  if (elements > MAX_ELEMENTS) {
    throw new Error(`Cannot render README: expected at most ${MAX_ELEMENTS} elements, got ${elements}`);
  }
}
