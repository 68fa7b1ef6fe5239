import { mkdir, rm, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { TestImage } from "../../../test/image-builder.ts";
import { algorithmOf, hexOf, type Digest } from "../../oci/digest.ts";

/** For tests: writes what a registry of the `distribution` project stores. */
export interface TestTree {
  root: string;
  /** Stores an image with all that it names, by tags. */
  push(repository: string, image: TestImage, tags?: string[]): Promise<void>;
  /** Points a tag at a digest, or at whatever the text is. */
  setTag(repository: string, tag: string, text: string, at?: Date): Promise<void>;
  blobFile(digest: Digest): string;
  /** Removes a repository's link: `_layers` or `_manifests/revisions`. */
  unlink(repository: string, kind: string, digest: Digest): Promise<void>;
}

export function createTestTree(root: string): TestTree {
  const base = join(root, "docker/registry/v2");
  const blobFile = (digest: Digest) =>
    join(base, "blobs", algorithmOf(digest), hexOf(digest).slice(0, 2), hexOf(digest), "data");
  const linkFile = (repository: string, kind: string, digest: Digest) =>
    join(base, "repositories", repository, kind, algorithmOf(digest), hexOf(digest), "link");

  async function push(repository: string, image: TestImage, tags: string[] = []): Promise<void> {
    for (const child of image.children) await push(repository, child);
    for (const [digest, bytes] of image.blobs) {
      await write(blobFile(digest), bytes);
      await write(linkFile(repository, "_layers", digest), digest);
    }
    await write(blobFile(image.digest), image.manifest);
    await write(linkFile(repository, "_manifests/revisions", image.digest), image.digest);
    for (const tag of tags) await setTag(repository, tag, image.digest);
  }

  async function setTag(repository: string, tag: string, text: string, at?: Date): Promise<void> {
    const link = join(base, "repositories", repository, "_manifests/tags", tag, "current/link");
    await write(link, text);
    if (at) await utimes(link, at, at);
  }

  return {
    root,
    push,
    setTag,
    blobFile,
    unlink: (repository, kind, digest) => rm(linkFile(repository, kind, digest)),
  };
}

async function write(file: string, bytes: string | Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
}
