import { OciError } from "../oci/errors.ts";
import { parseRoute, type Route } from "../registry/route.ts";

/**
 * The address of a request as all of the hub reads it. It loses scheme and host (RFC 9112 §3.2.2) and what follows `#`,
 * and letters, digits and `-._~` in its path stand for themselves (RFC 3986 §6.2.2.2): so whoever looks for a path
 * finds it however it is spelled.
 */
export function normalizeAddress(url: string): string {
  const [, path = "", query = ""] = /^([^?#]*)(\?[^#]*)?/.exec(originForm(url)) ?? [];
  // Of one that is broken nothing is decoded: a half escape might become a whole one.
  const isPlain = !path.includes("%") || /%(?![0-9a-f]{2})/i.test(path);
  return (isPlain ? path : path.replaceAll(UNRESERVED, (escape) => decodeURIComponent(escape))) + query;
}

const UNRESERVED = /%(?:2[de]|3\d|4[1-9a-f]|5[\daf]|6[1-9a-f]|7[\dae])/gi;

function originForm(url: string): string {
  if (url.startsWith("/")) return url;
  const path = /^https?:\/\/[^/?#]*(.*)$/is.exec(url)?.[1];
  if (path === undefined) return url;
  return path.startsWith("/") ? path : `/${path}`;
}

/** Whether a path has what no address of the hub has: an empty segment, `.`, `..` or `\`. It names nothing. */
export function isOddPath(url: string): boolean {
  return /\/\/|\/\.\.?(?:\/|$)|\\/.test(pathOf(url));
}

/** Whether the registry answers, be it that there is no such address. */
export function isRegistry(url: string): boolean {
  return isBelow("/v2", url) || isBelow("/v2", meantPath(url));
}

/** What the address of a request to the registry names; undefined for nothing, and for a name that is none. */
export function registryRoute(url: string): Route | undefined {
  try {
    return parseRoute(pathOf(url));
  } catch (error) {
    if (error instanceof OciError) return undefined;
    throw error;
  }
}

/** What an odd path would be if such segments were left out, and `%2F` were a slash: it tells in whose words to answer. */
export function meantPath(url: string): string {
  const path = pathOf(url);
  if (!/\/[/.]|\\|%(?:2f|5c)/i.test(path)) return path;
  const segments: string[] = [];
  for (const segment of path.split(/[/\\]|%2f|%5c/i)) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  return `/${segments.join("/")}`;
}

function isBelow(prefix: string, path: string): boolean {
  return (
    path.startsWith(prefix) && (path.length === prefix.length || "/?".includes(path[prefix.length] ?? ""))
  );
}

function pathOf(url: string): string {
  return url.split("?", 1)[0] ?? "";
}
