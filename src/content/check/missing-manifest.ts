import type { Queryable } from "../../database/database.ts";
import { isForeignKeyViolation } from "../../database/errors.ts";
import { blobsOf, parseManifest, type Manifest } from "../../oci/manifest.ts";
import type { Digest } from "../../oci/digest.ts";
import { slicesOf } from "../batches.ts";
import { insertLinks } from "../manifest-links.ts";
import { insertManifest } from "../manifest-rows.ts";
import type { CheckRun } from "./check-run.ts";
import { imagesWithManifest, type ManifestKey } from "./images.ts";
import { findManifestBytes } from "./manifest-bytes.ts";
import { PAGE_ROWS } from "./pages.ts";

/** Who pushed a manifest is gone with its row. */
const REPAIRED_BY = "imagehub check";

/** A manifest that tags or references are about, and that is not there: it is made again from its bytes. */
export async function missingManifest(run: CheckRun, key: ManifestKey): Promise<void> {
  const where = await imagesWithManifest(run.database.read, key);
  // The same manifest may have been found by a reference before.
  if (run.repair && (await hasManifest(run.database.read, key))) return;
  const bytes = await findManifestBytes(run, key.digest);
  const isBack = run.repair && bytes !== undefined && (await putBack(run, key, bytes));
  run.add({
    kind: "manifest-row-missing",
    what: key.digest,
    where,
    repaired: isBack ? "it was made again from its bytes" : undefined,
    repairable: bytes !== undefined,
  });
}

async function putBack(run: CheckRun, key: ManifestKey, bytes: Uint8Array): Promise<boolean> {
  const manifest = parseManifest(bytes);
  try {
    await run.database.write((transaction) => insert(transaction, run, { ...key, bytes, manifest }));
    return true;
  } catch (error) {
    // Its repository is gone as well.
    if (isForeignKeyViolation(error)) return false;
    throw error;
  }
}

async function insert(
  transaction: Queryable,
  { now }: CheckRun,
  { repositoryId, digest, bytes, manifest }: ManifestKey & { bytes: Uint8Array; manifest: Manifest },
): Promise<void> {
  const stored = { id: repositoryId, digest, manifest, now: now() };
  await insertManifest(transaction, { ...stored, push: { tags: [], bytes, pushedBy: REPAIRED_BY } });
  const digests = blobsOf(manifest).map((blob) => blob.digest);
  const blobs = await linkedBlobs(transaction, repositoryId, digests);
  await insertLinks(transaction, { ...stored, blobs: [...blobs] });
}

/** Those of these blobs that a repository has. */
export async function linkedBlobs(
  queryable: Queryable,
  repositoryId: number,
  digests: readonly Digest[],
): Promise<Set<Digest>> {
  const linked = new Set<Digest>();
  for (const slice of slicesOf(digests, PAGE_ROWS)) {
    const rows = await queryable
      .selectFrom("repository_blobs")
      .select("digest")
      .where("repository_id", "=", repositoryId)
      .where("digest", "in", slice)
      .execute();
    for (const row of rows) linked.add(row.digest as Digest);
  }
  return linked;
}

async function hasManifest(queryable: Queryable, { repositoryId, digest }: ManifestKey): Promise<boolean> {
  const row = await queryable
    .selectFrom("manifests")
    .select("digest")
    .where("repository_id", "=", repositoryId)
    .where("digest", "=", digest)
    .executeTakeFirst();
  return row !== undefined;
}
