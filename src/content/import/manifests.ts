import { readFile } from "node:fs/promises";
import { algorithmOf, digestOf, type Digest } from "../../oci/digest.ts";
import { OciError } from "../../oci/errors.ts";
import {
  blobsOf,
  isForeign,
  MAX_MANIFEST_BYTES,
  parsePushedManifest,
  type Manifest,
} from "../../oci/manifest.ts";
import type { RepositoryName, Tag } from "../../oci/reference.ts";
import type { PushedManifest } from "../content.ts";
import { describeWrongSize } from "../wrong-sizes.ts";
import { importBlob, type ImportedRepository } from "./blobs.ts";
import { note, skip, SkipError, type ImportRun } from "./import-run.ts";

/** Who pushed something is not in the tree; no user has this name. */
export const IMPORTED_BY = "imagehub import";

/** An index may name others; deeper ones than this are nobody's. */
const MAX_DEPTH = 16;

export interface Target extends ImportedRepository {
  name: RepositoryName;
}

export interface Wanted {
  digest: Digest;
  /** To be set to it, as of a time. */
  tag?: { name: Tag; setAt: Date };
  /** How many indexes lead to it. */
  depth?: number;
}

/**
 * Takes a manifest with all that it names, and sets a tag to it.
 * @throws SkipError
 */
export async function importManifest(run: ImportRun, target: Target, wanted: Wanted): Promise<void> {
  const { digest } = wanted;
  await run.exclusively(`${target.name}@${digest}`, async () => {
    const before = run.skipped.get(digest);
    if (before) throw before;
    try {
      await takeManifest(run, target, wanted);
    } catch (error) {
      if (error instanceof SkipError) run.skipped.set(digest, error);
      throw error;
    }
  });
}

async function takeManifest(
  run: ImportRun,
  target: Target,
  { digest, tag, depth = 0 }: Wanted,
): Promise<void> {
  const isHere = (await run.manifests.find(target.name, { digest }, { forPush: true })) !== undefined;
  if (isHere && tag === undefined) return;
  const bytes = await readManifest(run, target, digest);
  const manifest = inSkips("manifest refused", () => parsePushedManifest(bytes));
  if (!isHere) {
    await importBlobs(run, target, manifest);
    if (depth < MAX_DEPTH) await importChildren(run, target, { digest, manifest, depth });
  }
  const { wrongSizes } = await putManifest(run, target, { ...(tag && { tag }), digest, bytes });
  if (isHere) return;
  run.report.manifests += 1;
  for (const wrong of wrongSizes)
    note(run, `${target.name}@${digest}`, { reason: "wrong size", why: describeWrongSize(wrong) });
}

/** What the other registry has is worth more than what it should have: wrong sizes are taken as they are. */
async function putManifest(
  run: ImportRun,
  { name }: Target,
  { digest, tag, bytes }: Pick<Wanted, "digest" | "tag"> & { bytes: Uint8Array },
): Promise<PushedManifest> {
  try {
    return await run.manifests.put(name, {
      tags: tag === undefined ? [] : [tag.name],
      ...(tag && { tagsSetAt: tag.setAt }),
      expectedDigest: digest,
      bytes,
      pushedBy: IMPORTED_BY,
      takeWrongSizes: true,
    });
  } catch (error) {
    throw asSkip("manifest refused", error);
  }
}

async function readManifest(
  { tree }: ImportRun,
  { nameInTree }: Target,
  digest: Digest,
): Promise<Uint8Array> {
  if (!(await tree.hasManifest(nameInTree, digest)))
    throw new SkipError("broken link", `${digest} is not among the repository's manifests`);
  const sizeBytes = await tree.blobSize(digest);
  if (sizeBytes === undefined) throw new SkipError("missing manifest", `the bytes of ${digest} are gone`);
  if (sizeBytes > MAX_MANIFEST_BYTES)
    throw new SkipError("manifest refused", `${digest} has ${sizeBytes} bytes, a manifest has 4 MiB at most`);
  const bytes = await readFile(tree.blobFile(digest));
  const actual = digestOf(bytes, algorithmOf(digest));
  if (actual !== digest)
    throw new SkipError("damaged manifest", `the bytes of ${digest} have the digest ${actual}`);
  return bytes;
}

/** Where images may lack content, what the tree lacks is left out; and so are layers that live elsewhere. */
async function importBlobs(run: ImportRun, target: Target, manifest: Manifest): Promise<void> {
  for (const blob of blobsOf(manifest)) {
    try {
      await importBlob(run, target, blob);
    } catch (error) {
      const isElsewhere = isForeign(blob.mediaType);
      if (!(error instanceof SkipError) || !(isElsewhere || run.sparseManifests === "all")) throw error;
      if (!isElsewhere) skip(run, `${target.name}@${blob.digest}`, error);
    }
    await run.giveWay();
  }
}

/** What the tree lacks of an index was never pushed, or deleted: an index may do without. */
async function importChildren(
  run: ImportRun,
  target: Target,
  { digest, manifest, depth }: { digest: Digest; manifest: Manifest; depth: number },
): Promise<void> {
  for (const child of manifest.manifests) {
    try {
      await importManifest(run, target, { digest: child.digest, depth: depth + 1 });
    } catch (error) {
      if (!(error instanceof SkipError)) throw error;
      const what = `${target.name}@${digest}`;
      if (await run.tree.hasManifest(target.nameInTree, child.digest)) skip(run, what, error);
      else note(run, what, { reason: "missing child", why: `${child.digest} is not in the tree` });
    }
  }
}

function inSkips<T>(reason: "manifest refused", work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asSkip(reason, error);
  }
}

/** What the hub refuses is skipped; what fails is not. */
function asSkip(reason: "manifest refused", error: unknown): unknown {
  if (!(error instanceof OciError) || error.code === "STORAGE_FULL") return error;
  return new SkipError(reason, error.message, { cause: error });
}
