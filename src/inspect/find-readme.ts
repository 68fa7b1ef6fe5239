import { UnavailableError } from "./errors.ts";
import { findPath, foundAt, type Found, type ImageLayers } from "./image-layers.ts";
import {
  OPAQUE_WHITEOUT,
  parseEntryPath,
  resolveLink,
  WHITEOUT_PREFIX,
  type LayerPath,
} from "./layer-path.ts";
import { readLayer, type FileStart, type LayerEntry } from "./layer.ts";
import { MAX_LINK_HOPS } from "./limits.ts";

/**
 * Reads `/README.md`, in any case, out of an image: the highest layer that has one decides, and in it the name
 * `README.md` before others. Links are followed inside the root.
 * @returns undefined when the image has none
 * @throws UnavailableError, StorageReadError
 */
export async function findReadme(image: ImageLayers): Promise<FileStart | undefined> {
  let found = await findInRoot(image);
  let path: LayerPath = found.path;
  let { entry } = found;
  for (let hops = 0; entry.kind !== "file"; hops += 1) {
    if (entry.kind === "none" || hops === MAX_LINK_HOPS) return undefined;
    path = follow(entry, path);
    if (path.length > MAX_PATH_LENGTH) return undefined;
    // A hard link is bound to what its layer saw; a symbolic one to what the merged layers show.
    entry = await findPath(image, path, entry.kind === "hardLink" ? entry.layer : 0);
  }
  return entry.file;
}

/** Linux opens no longer path. */
const MAX_PATH_LENGTH = 4096;
const EXACT_NAME = "README.md";
const README_NAME = /^readme\.md$/i;

interface Candidate {
  path: LayerPath;
  entry: Found;
}

async function findInRoot(image: ImageLayers): Promise<Candidate> {
  const hidden = new Set<LayerPath>();
  let escaping: string | undefined;
  for (const layer of image.layers.keys()) {
    const root = await scanRoot(image, layer, hidden);
    if (root.best) return root.best;
    escaping ??= root.escaping;
    if (root.isOpaque) break;
    for (const path of root.hidden) hidden.add(path);
  }
  if (escaping) throw new UnavailableError("LayerCorrupt", escaping);
  return { path: EXACT_NAME, entry: { kind: "none" } };
}

/** What one layer does to README names in the root. */
interface RootScan {
  best: Candidate | undefined;
  /** Names that lower layers show no more. */
  hidden: LayerPath[];
  isOpaque: boolean;
  /** What is wrong with an entry that climbs out of the root. */
  escaping: string | undefined;
}

async function scanRoot(image: ImageLayers, index: number, hidden: Set<LayerPath>): Promise<RootScan> {
  const scan: RootScan = { best: undefined, hidden: [], isOpaque: false, escaping: undefined };
  const layer = image.layers[index];
  if (!layer) return scan;
  for await (const entry of readLayer(layer, image.source, image.budget)) {
    const { path } = entry;
    if (path === undefined) scan.escaping ??= escapes(entry, layer.digest);
    else if (path === OPAQUE_WHITEOUT) scan.isOpaque = true;
    else if (isReadmeWhiteout(path)) scan.hidden.push(path.slice(WHITEOUT_PREFIX.length));
    else if (README_NAME.test(path) && !hidden.has(path)) {
      addCandidate(scan, path, await foundAt(entry, path, { layer: index, maxBytes: image.maxFileBytes }));
      if (scan.best?.path === EXACT_NAME) break;
    }
  }
  return scan;
}

function addCandidate(scan: RootScan, path: LayerPath, entry: Found): void {
  if (entry.kind === "none") scan.hidden.push(path);
  else if (!scan.best || path === EXACT_NAME || path < scan.best.path) scan.best = { path, entry };
}

function isReadmeWhiteout(path: LayerPath): boolean {
  return path.startsWith(WHITEOUT_PREFIX) && README_NAME.test(path.slice(WHITEOUT_PREFIX.length));
}

function escapes(entry: LayerEntry, digest: string): string {
  return `Cannot read layer ${digest}: its entry ${JSON.stringify(entry.name.slice(0, MAX_NAME_SHOWN))} leaves the root`;
}

/** Enough to recognise a path by; hostile ones have megabytes. */
const MAX_NAME_SHOWN = 200;

/** Where the walk goes on: for a link that is a parent of the path, with the rest of the path behind it. */
function follow(link: Exclude<Found, { kind: "file" | "none" }>, path: LayerPath): LayerPath {
  const rest = path.slice(link.location.length);
  if (link.kind === "symlink") return resolveLink(link.location, link.target + rest);
  return parseEntryPath(link.target) ?? "";
}
