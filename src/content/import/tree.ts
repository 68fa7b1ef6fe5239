import { opendir, readFile, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { isDigest, isDigestAlgorithm, algorithmOf, hexOf, type Digest } from "../../oci/digest.ts";

/**
 * What a registry of the `distribution` project stored, as it lies:
 *
 *     ROOT/docker/registry/v2/
 *       blobs/sha256/ab/abcd…/data                 bytes of blobs and manifests
 *       repositories/NAME/
 *         _layers/sha256/abcd…/link                blobs of this repository
 *         _manifests/revisions/sha256/abcd…/link   manifests of this repository
 *         _manifests/tags/TAG/current/link         what a tag names
 *
 * A link is a file that holds a digest. Folders may be symbolic links to another disk, which the registry follows.
 */
export interface RegistryTree {
  /** Names of repositories, in no order, and of symbolic links to what is not there, where they may be. */
  repositories(): AsyncIterable<string>;
  hasRepository(name: string): Promise<boolean>;
  /** The tags of a repository, in no order. */
  tags(name: string): AsyncGenerator<TreeTag>;
  /** The manifests of a repository, in no order. */
  manifests(name: string): AsyncGenerator<Digest>;
  hasManifest(name: string, digest: Digest): Promise<boolean>;
  hasBlob(name: string, digest: Digest): Promise<boolean>;
  blobFile(digest: Digest): string;
  /** @returns undefined when there are no bytes */
  blobSize(digest: Digest): Promise<number | undefined>;
}

export interface TreeTag {
  name: string;
  /** Undefined when the link is broken. */
  digest: Digest | undefined;
  /** When the tag was set. */
  setAt: Date;
}

export function openTree(root: string): RegistryTree {
  const base = join(root, "docker/registry/v2");
  const folderOf = (name: string) => join(base, "repositories", name);
  const linkOf = (name: string, kind: string, digest: Digest) =>
    join(folderOf(name), kind, algorithmOf(digest), hexOf(digest), "link");
  const blobFile = (digest: Digest) =>
    join(base, "blobs", algorithmOf(digest), hexOf(digest).slice(0, 2), hexOf(digest), "data");
  return {
    repositories: () => repositoriesBelow(join(base, "repositories"), ""),
    hasRepository: async (name) => (await statOf(join(folderOf(name), MANIFESTS))) !== undefined,
    async *tags(name) {
      const folder = join(folderOf(name), MANIFESTS, "tags");
      for await (const tag of foldersIn(folder)) {
        const link = join(folder, tag, "current/link");
        yield {
          name: tag,
          digest: await readLink(link),
          setAt: (await statOf(link))?.mtime ?? new Date(0),
        };
      }
    },
    async *manifests(name) {
      const folder = join(folderOf(name), REVISIONS);
      for await (const algorithm of foldersIn(folder)) {
        if (!isDigestAlgorithm(algorithm)) continue;
        for await (const hex of foldersIn(join(folder, algorithm))) {
          const digest = `${algorithm}:${hex}`;
          // A manifest that was deleted leaves its folder, without a link.
          if (isDigest(digest) && (await readLink(linkOf(name, REVISIONS, digest))) === digest) yield digest;
        }
      }
    },
    hasManifest: async (name, digest) => (await readLink(linkOf(name, REVISIONS, digest))) === digest,
    hasBlob: async (name, digest) => (await readLink(linkOf(name, LAYERS, digest))) === digest,
    blobFile,
    blobSize: async (digest) => (await statOf(blobFile(digest)))?.size,
  };
}

const MANIFESTS = "_manifests";
const REVISIONS = "_manifests/revisions";
const LAYERS = "_layers";
/** The names of repositories that registries take end before this. */
const MAX_DEPTH = 128;

/** A folder is a repository when it holds manifests, and may hold others as well. */
async function* repositoriesBelow(
  folder: string,
  name: string,
  outer: readonly string[] = [],
): AsyncGenerator<string> {
  const place = await unlessMissing(realpath(folder));
  if (place === undefined) yield name;
  // A symbolic link may lead back to a folder around it.
  if (place === undefined || outer.includes(place) || outer.length > MAX_DEPTH) return;
  for await (const entry of foldersIn(folder)) {
    if (entry === MANIFESTS) yield name;
    else if (!entry.startsWith("_"))
      yield* repositoriesBelow(join(folder, entry), name === "" ? entry : `${name}/${entry}`, [
        ...outer,
        place,
      ]);
  }
}

/** Folders, and symbolic links to folders or to what is not there. */
async function* foldersIn(folder: string): AsyncGenerator<string> {
  const entries = await unlessMissing(opendir(folder));
  for await (const entry of entries ?? []) {
    if (entry.isDirectory() || (entry.isSymbolicLink() && (await isFolder(join(folder, entry.name)))))
      yield entry.name;
  }
}

async function isFolder(link: string): Promise<boolean> {
  return (await statOf(link))?.isDirectory() ?? true;
}

/** @returns undefined when there is no link, or it holds no digest */
async function readLink(file: string): Promise<Digest | undefined> {
  const text = (await unlessMissing(readFile(file, "utf8")))?.trim();
  return text !== undefined && isDigest(text) ? text : undefined;
}

function statOf(path: string) {
  return unlessMissing(stat(path));
}

async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "ELOOP"].includes((error as NodeJS.ErrnoException).code ?? ""))
      return undefined;
    throw error;
  }
}
