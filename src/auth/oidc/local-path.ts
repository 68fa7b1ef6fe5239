/** Any page will do to resolve a path against; its name can be no real host's. */
const HERE = "http://here.invalid";
/** It goes into a cookie, of which browsers keep 4 KiB. */
const MAX_LENGTH = 1000;

/**
 * A path of the hub's own pages; `/` for anything that could lead elsewhere: `//host`, `/\host`, `https:…`, control
 * characters. `web/local-path.ts` is the same for the browser.
 */
export function toLocalPath(text: string | null): string {
  if (text === null || text.length > MAX_LENGTH || !text.startsWith("/")) return "/";
  const url = URL.parse(text, HERE);
  if (url?.origin !== HERE) return "/";
  const path = url.pathname + url.search + url.hash;
  return path.startsWith("//") ? "/" : path;
}
