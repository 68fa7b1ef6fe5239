import type { WriteTransaction } from "../database/database.ts";
import { readKnownSince } from "../database/settings.ts";
import type { StoredBlob } from "../blob-storage/port.ts";
import type { Digest } from "../oci/digest.ts";
import { inBatches, slicesOf } from "./batches.ts";
import { BLOB_GRACE_MS } from "./blob-rows.ts";
import { BLOBS_AT_ONCE } from "./collect-blobs.ts";
import { PAGE_ROWS, type Collection } from "./collection.ts";

/**
 * Removes bytes in storage that have no row. An upload has a row for its blob before its bytes get the blob's name, so
 * these are of one whose row a power failure took, or a database older than the storage lacks.
 *
 * Bytes older than the database were put there by somebody else, perhaps to be adopted: they stay.
 */
export async function collectStrayBlobs(collection: Collection): Promise<void> {
  const knownSince = (await readKnownSince(collection.database.read)).getTime();
  const graceOver = collection.now() - BLOB_GRACE_MS;
  const mayGo = ({ modifiedAt }: StoredBlob) =>
    modifiedAt.getTime() >= knownSince && modifiedAt.getTime() <= graceOver;
  for await (const blobs of inBatches(collection.storage.list(), PAGE_ROWS)) {
    const stray = await withoutRow(collection, blobs.filter(mayGo));
    for (const some of slicesOf(stray, BLOBS_AT_ONCE)) {
      await removeStray(collection, new Map(some.map(({ digest, sizeBytes }) => [digest, sizeBytes])));
      await collection.giveWay();
    }
    await collection.giveWay();
  }
}

async function withoutRow({ database }: Collection, blobs: readonly StoredBlob[]): Promise<StoredBlob[]> {
  if (blobs.length === 0) return [];
  const digests = blobs.map(({ digest }) => digest);
  const rows = await database.read
    .selectFrom("blobs")
    .select("digest")
    .where("digest", "in", digests)
    .execute();
  const known = new Set<string>(rows.map((row) => row.digest));
  return blobs.filter(({ digest }) => !known.has(digest));
}

async function removeStray(collection: Collection, sizes: Map<Digest, number>): Promise<void> {
  const digests = [...sizes.keys()];
  const removed = collection.dryRun
    ? digests
    : await collection.removal.remove(digests, {
        onError: (error) => collection.fail(error),
        mark: (transaction, marked) => insertMarked(transaction, collection, { ...marked, sizes }),
      });
  collection.add(
    "blobs",
    removed.map((digest) => sizes.get(digest) ?? 0),
  );
}

/** A row of its own keeps uploads of the blob away; where one was made meanwhile, an upload holds the blob. */
async function insertMarked(
  transaction: WriteTransaction,
  { now }: Collection,
  { digests, until, sizes }: { digests: readonly Digest[]; until: number; sizes: Map<Digest, number> },
): Promise<Digest[]> {
  const inserted = await transaction
    .insertInto("blobs")
    .values(
      digests.map((digest) => ({
        digest,
        size: sizes.get(digest) ?? 0,
        state: "deleting" as const,
        created_at: now(),
        grace_until: until,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning("digest")
    .execute();
  return inserted.map((row) => row.digest as Digest);
}
