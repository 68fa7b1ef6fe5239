import { toJsxRuntime } from "hast-util-to-jsx-runtime";
import { renderToStaticMarkup } from "react-dom/server";
import { Fragment, jsx, jsxs } from "react/jsx-runtime";
import { renderMarkdown } from "./markdown.ts";

/** The HTML that a README becomes, for tests: the tree as the page shows it, without the page's own buttons. */
export function toHtml(markdown: string, home?: string): string {
  const labels = { footnotes: "Footnotes", backToText: "Back" };
  const { tree } = renderMarkdown({ markdown, home, labels });
  return renderToStaticMarkup(toJsxRuntime(tree, { Fragment, jsx, jsxs }));
}
