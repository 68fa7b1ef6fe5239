import type { Queryable } from "../database/database.ts";
import { prepareRows } from "../database/prepared.ts";
import type { Digest } from "../oci/digest.ts";
import { OciError } from "../oci/errors.ts";
import { blobsOf, requiredBlobsOf, type Descriptor, type Manifest } from "../oci/manifest.ts";
import type { SparseManifests } from "./content.ts";

/** Three parameters each stay below the least limit of both databases. */
const ROWS_A_STATEMENT = 500;

/**
 * Checks that the content a manifest names is in its repository, as large as it says.
 * @returns the blobs that are there: all that are required, unless sparse images are allowed
 * @throws OciError MANIFEST_BLOB_UNKNOWN with every missing digest in detail, SIZE_INVALID
 */
export async function requireContent(
  transaction: Queryable,
  { id, manifest, sparse }: { id: number; manifest: Manifest; sparse: SparseManifests },
): Promise<Digest[]> {
  const named = blobsOf(manifest);
  const sizes = await blobSizes(transaction, id, digestsOf(named));
  const children = sparse === "none" ? manifest.manifests : [];
  const present = await manifestsPresent(transaction, id, digestsOf(children));
  if (sparse !== "all")
    requireAll([
      ...requiredBlobsOf(manifest).filter((blob) => !sizes.has(blob.digest)),
      ...children.filter((child) => !present.has(child.digest)),
    ]);
  for (const { digest, size } of named) {
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

/**
 * Writes what a manifest refers to. Links follow from the bytes, so those that are there are right.
 * @param stored.blobs those that its repository has; others that it names may come yet
 */
export async function insertLinks(
  transaction: Queryable,
  { id, digest, blobs, manifest }: { id: number; digest: Digest; blobs: Digest[]; manifest: Manifest },
): Promise<void> {
  const isThere = new Set(blobs);
  const awaited = digestsOf(blobsOf(manifest)).filter((blob) => !isThere.has(blob));
  const linksTo = (named: Iterable<Digest>): Link[] => [...named].map((to) => ({ id, digest, to }));
  await inSlices(linksTo(blobs), (slice) => insertBlobs(transaction, slice));
  await inSlices(linksTo(awaited), (slice) => insertAwaited(transaction, slice));
  await inSlices(linksTo(new Set(digestsOf(manifest.manifests))), (slice) =>
    insertChildren(transaction, slice),
  );
}

/** From a manifest of a repository to what it names. */
interface Link {
  id: number;
  digest: Digest;
  to: Digest;
}

const insertBlobs = prepareRows((queryable, links: readonly Link[]) =>
  queryable
    .insertInto("manifest_blobs")
    .values(
      links.map(({ id, digest, to }) => ({ repository_id: id, manifest_digest: digest, blob_digest: to })),
    )
    .onConflict((conflict) => conflict.doNothing()),
);

const insertAwaited = prepareRows((queryable, links: readonly Link[]) =>
  queryable
    .insertInto("awaited_blobs")
    .values(
      links.map(({ id, digest, to }) => ({ repository_id: id, manifest_digest: digest, blob_digest: to })),
    )
    .onConflict((conflict) => conflict.doNothing()),
);

const insertChildren = prepareRows((queryable, links: readonly Link[]) =>
  queryable
    .insertInto("manifest_children")
    .values(
      links.map(({ id, digest, to }) => ({ repository_id: id, manifest_digest: digest, child_digest: to })),
    )
    .onConflict((conflict) => conflict.doNothing()),
);

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
export async function blobSizes(
  queryable: Queryable,
  id: number,
  digests: readonly Digest[],
): Promise<Map<Digest, number>> {
  const rows = await inSlices(wantedFrom(id, digests), (slice) => findBlobs(queryable, slice));
  return new Map(rows.map((row) => [row.digest as Digest, row.size]));
}

async function manifestsPresent(queryable: Queryable, id: number, digests: Digest[]): Promise<Set<Digest>> {
  const rows = await inSlices(wantedFrom(id, digests), (slice) => findManifests(queryable, slice));
  return new Set(rows.map((row) => row.digest as Digest));
}

/** All of one repository. */
interface Wanted {
  id: number;
  digest: Digest;
}

function wantedFrom(id: number, digests: readonly Digest[]): Wanted[] {
  return digests.map((digest) => ({ id, digest }));
}

const findBlobs = prepareRows((queryable, wanted: readonly Wanted[]) =>
  queryable
    .selectFrom("repository_blobs")
    .innerJoin("blobs", "blobs.digest", "repository_blobs.digest")
    .select(["blobs.digest", "blobs.size"])
    .where("repository_blobs.repository_id", "=", wanted[0]?.id ?? 0)
    .where(
      "repository_blobs.digest",
      "in",
      wanted.map(({ digest }) => digest),
    )
    .where("blobs.state", "=", "live"),
);

const findManifests = prepareRows((queryable, wanted: readonly Wanted[]) =>
  queryable
    .selectFrom("manifests")
    .select("digest")
    .where("repository_id", "=", wanted[0]?.id ?? 0)
    .where(
      "digest",
      "in",
      wanted.map(({ digest }) => digest),
    ),
);

async function inSlices<T, Row>(all: readonly T[], query: (slice: T[]) => Promise<Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for (let start = 0; start < all.length; start += ROWS_A_STATEMENT) {
    rows.push(...(await query(all.slice(start, start + ROWS_A_STATEMENT))));
  }
  return rows;
}

function digestsOf(descriptors: Descriptor[]): Digest[] {
  return descriptors.map(({ digest }) => digest);
}
