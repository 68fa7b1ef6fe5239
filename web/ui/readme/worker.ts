import { renderMarkdown } from "./markdown.ts";
import type { ReadmeRequest } from "./rendered.ts";

// Markdown is rendered here and not in the page, so that a long or hostile README never holds up the page.
addEventListener("message", ({ data }: MessageEvent<ReadmeRequest>) => {
  postMessage(renderMarkdown(data));
});
