import type { Queryable } from "../database/database.ts";
import type { Digest } from "../oci/digest.ts";
import { OciError } from "../oci/errors.ts";

/** A blob that nothing refers to yet is kept this long, so that a push can take its time. */
export const BLOB_GRACE_MS = 24 * 60 * 60 * 1000;

/** A grace with less than this left is renewed by whoever counts on the blob; with more, nothing need be written. */
export const ENOUGH_GRACE_MS = BLOB_GRACE_MS / 2;

/**
 * Records a blob whose bytes are stored, and gives it to a repository.
 * @throws OciError BLOB_UPLOAD_INVALID when the row that `holdBlob` made is gone or `deleting`, and so may the bytes be:
 * that is when the storing took longer than the grace
 */
export async function recordBlob(
  transaction: Queryable,
  { id, digest, sizeBytes, now }: { id: number; digest: Digest; sizeBytes: number; now: number },
): Promise<void> {
  const recorded = await transaction
    .updateTable("blobs")
    .set({ size: sizeBytes, state: "live", grace_until: now + BLOB_GRACE_MS })
    .where("digest", "=", digest)
    .where("state", "!=", "deleting")
    .returning("digest")
    .execute();
  if (recorded.length === 0) {
    throw new OciError(
      "BLOB_UPLOAD_INVALID",
      `Cannot finish upload: blob ${digest} was removed while it was stored; upload it again`,
    );
  }
  await linkBlob(transaction, { id, digest, now });
}

/** Lets a repository read a blob; the caller has renewed the blob's grace in this transaction, and so locked its row. */
export async function linkBlob(
  transaction: Queryable,
  { id, digest, now }: { id: number; digest: Digest; now: number },
): Promise<void> {
  await transaction
    .insertInto("repository_blobs")
    .values({ repository_id: id, digest, linked_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** @returns false when the blob is not stored, or is being removed */
export async function renewGrace(transaction: Queryable, digest: Digest, now: number): Promise<boolean> {
  const renewed = await transaction
    .updateTable("blobs")
    .set({ grace_until: now + BLOB_GRACE_MS })
    .where("digest", "=", digest)
    .where("state", "=", "live")
    .returning("digest")
    .execute();
  return renewed.length > 0;
}
