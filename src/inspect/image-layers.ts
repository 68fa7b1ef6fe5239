import type { Descriptor } from "../oci/manifest.ts";
import type { BlobSource } from "./blob-source.ts";
import type { Budget } from "./budget.ts";
import { OPAQUE_WHITEOUT, parentsOf, whiteoutOf, type LayerPath } from "./layer-path.ts";
import { readLayer, type FileStart, type LayerEntry } from "./layer.ts";

/** The layers of one image and what reading them needs. */
export interface ImageLayers {
  /** The top layer first. */
  layers: Descriptor[];
  source: BlobSource;
  budget: Budget;
  /** Bytes of a file that are kept. */
  maxFileBytes: number;
}

/** What an image has at a path: a file, a link to follow, or neither (a directory, a device, nothing). */
export type Found =
  | { kind: "file"; file: FileStart }
  | {
      kind: "symlink" | "hardLink";
      /** Where the link is: the path asked for, or one of its parents. */
      location: LayerPath;
      target: string;
      /** Index of the layer that it is in, the top one being 0. */
      layer: number;
    }
  | { kind: "none" };

const NONE: Found = { kind: "none" };

/**
 * Looks for a path in the layers merged, from `topLayer` down. A parent that is a link is answered as that link.
 * @throws UnavailableError, StorageReadError
 */
export async function findPath(image: ImageLayers, path: LayerPath, topLayer: number): Promise<Found> {
  const parents = new Set(parentsOf(path));
  const whiteouts = new Set(whiteoutsOver(path));
  // Parents that a higher layer made directories: what lower layers have there, if it is none, shows no more.
  const directories = new Set<LayerPath>();
  for (const [index, layer] of image.layers.entries()) {
    if (index < topLayer) continue;
    let isHidden = false;
    const directoriesHere: LayerPath[] = [];
    for await (const entry of readLayer(layer, image.source, image.budget)) {
      if (entry.path === undefined) continue;
      if (entry.path === path) return foundAt(entry, path, { layer: index, maxBytes: image.maxFileBytes });
      if (whiteouts.has(entry.path)) isHidden = true;
      if (!parents.has(entry.path)) continue;
      if (entry.kind === "directory") directoriesHere.push(entry.path);
      else if (entry.kind === "symlink" && !directories.has(entry.path))
        return linkAt(entry, entry.path, index);
      else return NONE;
    }
    if (isHidden) return NONE;
    for (const directory of directoriesHere) directories.add(directory);
  }
  return NONE;
}

/** What an entry is to somebody who looks for its path. */
export async function foundAt(
  entry: LayerEntry,
  path: LayerPath,
  options: { layer: number; maxBytes: number },
): Promise<Found> {
  switch (entry.kind) {
    case "file":
      return { kind: "file", file: await entry.read(options.maxBytes) };
    case "symlink":
    case "hardLink":
      return linkAt(entry, path, options.layer);
    default:
      return NONE;
  }
}

/** Whiteouts of a path and of its parents, and opaque marks of the directories that it is in. */
function whiteoutsOver(path: LayerPath): LayerPath[] {
  const parents = parentsOf(path);
  const opaque = parents.map((parent) => `${parent}/${OPAQUE_WHITEOUT}`);
  return [OPAQUE_WHITEOUT, ...opaque, ...[...parents, path].map(whiteoutOf)];
}

function linkAt(entry: LayerEntry, location: LayerPath, layer: number): Found {
  return { kind: entry.kind === "hardLink" ? "hardLink" : "symlink", location, target: entry.target, layer };
}
