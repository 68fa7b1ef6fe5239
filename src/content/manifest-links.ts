import type { Queryable } from "../database/database.ts";
import type { Digest } from "../oci/digest.ts";
import { OciError } from "../oci/errors.ts";
import { blobsOf, type Descriptor, type Manifest } from "../oci/manifest.ts";
import type { SparseManifests } from "./content.ts";

/** Digests of one statement: three parameters each stay below the least limit of both databases. */
const DIGESTS_A_STATEMENT = 500;

/**
 * Checks that the content a manifest names is in its repository, as large as it says.
 * @returns the blobs that are there: all, unless sparse images are allowed
 * @throws OciError MANIFEST_BLOB_UNKNOWN with every missing digest in detail, SIZE_INVALID
 */
export async function requireContent(
  transaction: Queryable,
  { id, manifest, sparse }: { id: number; manifest: Manifest; sparse: SparseManifests },
): Promise<Digest[]> {
  const blobs = blobsOf(manifest);
  const sizes = await blobSizes(transaction, id, digestsOf(blobs));
  const children = sparse === "none" ? manifest.manifests : [];
  const present = await manifestsPresent(transaction, id, digestsOf(children));
  if (sparse !== "all")
    requireAll([
      ...blobs.filter((blob) => !sizes.has(blob.digest)),
      ...children.filter((child) => !present.has(child.digest)),
    ]);
  for (const { digest, size } of blobs) {
    const stored = sizes.get(digest);
    if (stored !== undefined && stored !== size) {
      throw new OciError(
        "SIZE_INVALID",
        `Cannot store manifest: it gives ${digest} ${size} bytes, the blob has ${stored}`,
        {
          detail: { digest, expected: stored, size },
        },
      );
    }
  }
  return [...sizes.keys()];
}

/** Writes what a manifest refers to. Links follow from the bytes, so those that are there are right. */
export async function insertLinks(
  transaction: Queryable,
  { id, digest, blobs, manifest }: { id: number; digest: Digest; blobs: Digest[]; manifest: Manifest },
): Promise<void> {
  await inSlices(blobs, (slice) =>
    transaction
      .insertInto("manifest_blobs")
      .values(slice.map((blob) => ({ repository_id: id, manifest_digest: digest, blob_digest: blob })))
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
  await inSlices([...new Set(digestsOf(manifest.manifests))], (slice) =>
    transaction
      .insertInto("manifest_children")
      .values(slice.map((child) => ({ repository_id: id, manifest_digest: digest, child_digest: child })))
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
}

function requireAll(missing: Descriptor[]): void {
  const [first] = missing;
  if (!first) return;
  throw new OciError(
    "MANIFEST_BLOB_UNKNOWN",
    `Cannot store manifest: ${first.digest} is not in this repository${missing.length > 1 ? `, nor are ${missing.length - 1} others` : ""}; push what it names first`,
    { detail: missing.slice(0, 100).map(({ digest }) => ({ digest })) },
  );
}

/** Sizes in bytes of the blobs among these that the repository has. */
async function blobSizes(queryable: Queryable, id: number, digests: Digest[]): Promise<Map<Digest, number>> {
  const rows = await inSlices(digests, (slice) =>
    queryable
      .selectFrom("repository_blobs")
      .innerJoin("blobs", "blobs.digest", "repository_blobs.digest")
      .select(["blobs.digest", "blobs.size"])
      .where("repository_blobs.repository_id", "=", id)
      .where("repository_blobs.digest", "in", slice)
      .where("blobs.state", "=", "live")
      .execute(),
  );
  return new Map(rows.map((row) => [row.digest as Digest, row.size]));
}

async function manifestsPresent(queryable: Queryable, id: number, digests: Digest[]): Promise<Set<Digest>> {
  const rows = await inSlices(digests, (slice) =>
    queryable
      .selectFrom("manifests")
      .select("digest")
      .where("repository_id", "=", id)
      .where("digest", "in", slice)
      .execute(),
  );
  return new Set(rows.map((row) => row.digest as Digest));
}

async function inSlices<T>(digests: Digest[], query: (slice: Digest[]) => Promise<T[]>): Promise<T[]> {
  const rows: T[] = [];
  for (let start = 0; start < digests.length; start += DIGESTS_A_STATEMENT) {
    rows.push(...(await query(digests.slice(start, start + DIGESTS_A_STATEMENT))));
  }
  return rows;
}

function digestsOf(descriptors: Descriptor[]): Digest[] {
  return descriptors.map(({ digest }) => digest);
}
