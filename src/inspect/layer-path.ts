/** A path inside an image's root, without leading slash, `.`, `..` or doubled slashes; the root itself is "". */
export type LayerPath = string;

/** The path of a tar entry; undefined when it climbs out of the root. */
export function parseEntryPath(name: string): LayerPath | undefined {
  const parts: string[] = [];
  for (const part of name.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join("/");
}

/**
 * Where a symbolic link at `location` points; the root is its own parent, as under chroot. `..` is resolved by its
 * text, which differs from the kernel's answer only where it follows a link to a directory.
 */
export function resolveLink(location: LayerPath, target: string): LayerPath {
  const base = target.startsWith("/") ? "" : parentOf(location);
  const parts: string[] = [];
  for (const part of `${base}/${target}`.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}

/** `docs` and `docs/en` of `docs/en/README.md`. */
export function parentsOf(path: LayerPath): LayerPath[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}

export function parentOf(path: LayerPath): LayerPath {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0));
}

/** A name that hides what lower layers have under another: OCI image specification, "Whiteouts". */
export const WHITEOUT_PREFIX = ".wh.";
/** A name that hides all that lower layers have in its directory. */
export const OPAQUE_WHITEOUT = ".wh..wh..opq";

/** The whiteout of a path. */
export function whiteoutOf(path: LayerPath): LayerPath {
  const start = path.lastIndexOf("/") + 1;
  return path.slice(0, start) + WHITEOUT_PREFIX + path.slice(start);
}
