import type { Queryable } from "../database/database.ts";
import { prepareRows } from "../database/prepared.ts";
import type { Digest } from "../oci/digest.ts";
import { OciError } from "../oci/errors.ts";
import { blobsOf, requiredBlobsOf, type Descriptor, type Manifest } from "../oci/manifest.ts";
import type { SparseManifests } from "./content.ts";
import { wrongSizesOf, type WrongSize } from "./wrong-sizes.ts";

/** Three parameters each stay below the least limit of both databases. */
const ROWS_A_STATEMENT = 500;

/** An error names so many descriptors: who sees these sees the mistake. */
const MAX_DETAILS = 100;

/** What a repository has of a manifest that is pushed to it. */
export interface StoredContent {
  /** Blobs that are there: all that are required, unless sparse images are allowed. */
  blobs: Digest[];
  /** Whether the manifest itself is there. */
  isKnown: boolean;
  wrongSizes: WrongSize[];
}

/**
 * Looks up what a manifest names in its repository.
 * @throws OciError MANIFEST_BLOB_UNKNOWN with every missing digest in detail
 */
export async function requireContent(
  transaction: Queryable,
  {
    id,
    digest,
    manifest,
    sparse,
  }: { id: number; digest: Digest; manifest: Manifest; sparse: SparseManifests },
): Promise<StoredContent> {
  const children = manifest.manifests;
  const blobs = await blobSizes(transaction, id, digestsOf(blobsOf(manifest)));
  const manifests = await manifestSizes(transaction, id, [digest, ...digestsOf(children)]);
  requireAll([
    ...(sparse === "all" ? [] : requiredBlobsOf(manifest).filter((blob) => !blobs.has(blob.digest))),
    ...(sparse === "none" ? children.filter((child) => !manifests.has(child.digest)) : []),
  ]);
  return {
    blobs: [...blobs.keys()],
    isKnown: manifests.has(digest),
    wrongSizes: wrongSizesOf(manifest, { blobs, manifests }),
  };
}

/** @throws OciError SIZE_INVALID: whoever pulled it would get other bytes than it promises, and end with an error */
export function requireSizes(wrongSizes: readonly WrongSize[]): void {
  const [first] = wrongSizes;
  if (!first) return;
  const others = wrongSizes.length > 1 ? `, and so for ${wrongSizes.length - 1} others` : "";
  throw new OciError(
    "SIZE_INVALID",
    `Cannot store manifest: it says that ${first.digest} has ${first.size} bytes, expected ${first.expected}${others}; build it again, with the sizes of what is pushed`,
    { detail: wrongSizes.slice(0, MAX_DETAILS) },
  );
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
    { detail: missing.slice(0, MAX_DETAILS).map(({ digest }) => ({ digest })) },
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

/** The same of manifests. */
export async function manifestSizes(
  queryable: Queryable,
  id: number,
  digests: readonly Digest[],
): Promise<Map<Digest, number>> {
  const rows = await inSlices(wantedFrom(id, digests), (slice) => findManifests(queryable, slice));
  return new Map(rows.map((row) => [row.digest as Digest, row.size]));
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
    .select(["digest", "size"])
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
