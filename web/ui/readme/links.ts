import { ID_PREFIX } from "./id-prefix.ts";

/** Stands for "the place of the README itself", which has no address of its own. */
const NOWHERE = "https://relative.invalid";

/** Where a README's relative addresses lead: pages of the source repository, and its files as they are. */
export interface SourceRepository {
  pages: string;
  files: string;
}

/** The source repository, when the project's home page is one on a known forge. */
export function sourceRepository(home: string | undefined): SourceRepository | undefined {
  const url = home ? URL.parse(/^https?:\/\//i.test(home) ? home : `https://${home}`) : null;
  const [, owner, name] = url?.pathname.split("/") ?? [];
  if (!url || !owner || !name) return undefined;
  const repository = `https://${url.hostname}/${owner}/${name.replace(/\.git$/, "")}`;
  if (url.hostname === "github.com")
    return { pages: `${repository}/blob/HEAD/`, files: `${repository}/raw/HEAD/` };
  if (url.hostname === "gitlab.com")
    return { pages: `${repository}/-/blob/HEAD/`, files: `${repository}/-/raw/HEAD/` };
  return undefined;
}

/**
 * Where an address in a README leads. Anchors stay on the page; what is relative leads into the source repository;
 * undefined where there is none: a relative address must never reach into the hub itself.
 */
export function resolveAddress(address: string, base: string | undefined): string | undefined {
  if (address.startsWith("#")) return toAnchor(address.slice(1));
  const url = URL.parse(address, `${NOWHERE}/`);
  if (!url) return undefined;
  if (url.origin !== NOWHERE) return url.href;
  if (!base) return undefined;
  return `${base}${url.pathname.slice(1)}${url.search}${url.hash}`;
}

function toAnchor(id: string): string {
  return id === "" || id.startsWith(ID_PREFIX) ? `#${id}` : `#${ID_PREFIX}${id}`;
}
