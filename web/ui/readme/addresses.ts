import type { Element, Root } from "hast";
import { visit } from "unist-util-visit";
import { resolveAddress, sourceRepository, type SourceRepository } from "./links.ts";

/** Rewrites every address in a sanitized README: links leave the page safely, pictures load late and tell nobody. */
export function rehypeAddresses({ home }: { home: string | undefined }) {
  const source = sourceRepository(home);
  return (tree: Root) => {
    visit(tree, "element", (element) => {
      if (element.tagName === "a") rewriteLink(element, source);
      if (element.tagName === "img") rewritePicture(element, source);
      if (element.tagName === "source") rewriteSource(element);
    });
  };
}

function rewriteLink(element: Element, source: SourceRepository | undefined) {
  const { href } = element.properties;
  if (typeof href !== "string") return;
  const address = resolveAddress(href, source?.pages);
  if (address === undefined) {
    delete element.properties.href;
    return;
  }
  element.properties.href = address;
  if (address.startsWith("#")) return;
  element.properties.rel = ["nofollow", "noopener", "noreferrer"];
  element.properties.target = "_blank";
}

function rewritePicture(element: Element, source: SourceRepository | undefined) {
  const { src } = element.properties;
  const address =
    typeof src === "string" && !src.startsWith("#") ? resolveAddress(src, source?.files) : undefined;
  delete element.properties.longDesc;
  if (address === undefined) {
    delete element.properties.src;
    return;
  }
  Object.assign(element.properties, {
    src: address,
    loading: "lazy",
    decoding: "async",
    referrerPolicy: "no-referrer",
  });
}

/** One picture of a `srcset`: a web address without commas, and for which width or density it is. */
const CANDIDATE = /(?<=^|,)\s*(https?:\/\/[^\s,]+(?:\s+[\d.]+[wx])?)\s*(?=,|$)/gi;

/** The sanitizer knows no protocols for `srcset`: whatever is not on the web goes. */
function rewriteSource(element: Element) {
  const { srcSet } = element.properties;
  const text = Array.isArray(srcSet) ? srcSet.join(",") : String(srcSet ?? "");
  element.properties.srcSet = [...text.matchAll(CANDIDATE)].map(([, candidate]) => candidate).join(", ");
}
