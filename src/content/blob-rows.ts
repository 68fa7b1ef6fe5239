import type { ExpressionBuilder } from "kysely";
import type { Queryable } from "../database/database.ts";
import { prepareStatement } from "../database/prepared.ts";
import type { Tables } from "../database/tables.ts";
import type { Digest } from "../oci/digest.ts";
import { OciError } from "../oci/errors.ts";
import { touchAwaiting } from "./awaited-blobs.ts";

/** A blob that nothing refers to yet is kept this long, so that a push can take its time. */
export const BLOB_GRACE_MS = 24 * 60 * 60 * 1000;

/** A grace with less than this left is renewed by whoever counts on the blob; with more, nothing need be written. */
export const ENOUGH_GRACE_MS = BLOB_GRACE_MS / 2;

/**
 * Records a blob whose bytes are stored, and gives it to a repository.
 * @param stored.createdAt what `holdBlob` gave
 * @returns whether dirty keys were touched
 * @throws OciError BLOB_UPLOAD_INVALID when the row that `holdBlob` gave is gone, `deleting` or another one, and so may
 * the bytes be: the storing took longer than the grace, or the bytes that were there were found damaged
 */
export async function recordBlob(
  transaction: Queryable,
  {
    id,
    digest,
    sizeBytes,
    createdAt,
    now,
  }: { id: number; digest: Digest; sizeBytes: number; createdAt: number; now: number },
): Promise<boolean> {
  const graceUntil = now + BLOB_GRACE_MS;
  if (!(await makeLive.first(transaction, { digest, sizeBytes, createdAt, graceUntil }))) {
    throw new OciError(
      "BLOB_UPLOAD_INVALID",
      `Cannot finish upload: blob ${digest} was removed while it was stored; upload it again`,
    );
  }
  return linkBlob(transaction, { id, digest, now });
}

/**
 * Lets a repository read a blob; the caller has renewed the blob's grace in this transaction, and so locked its row.
 * @returns whether dirty keys were touched, for images that waited for the blob
 */
export async function linkBlob(
  transaction: Queryable,
  { id, digest, now }: { id: number; digest: Digest; now: number },
): Promise<boolean> {
  const inserted = await insertLink.first(transaction, { id, digest, now });
  return inserted !== undefined && touchAwaiting(transaction, { id, digest, now });
}

const makeLive = prepareStatement(
  (
    queryable,
    {
      digest,
      sizeBytes,
      createdAt,
      graceUntil,
    }: { digest: Digest; sizeBytes: number; createdAt: number; graceUntil: number },
  ) =>
    queryable
      .updateTable("blobs")
      .set({ size: sizeBytes, state: "live", grace_until: graceUntil })
      .where("digest", "=", digest)
      .where("created_at", "=", createdAt)
      .where("state", "!=", "deleting")
      .returning("digest"),
);

const insertLink = prepareStatement(
  (queryable, { id, digest, now }: { id: number; digest: Digest; now: number }) =>
    queryable
      .insertInto("repository_blobs")
      .values({ repository_id: id, digest, linked_at: now })
      .onConflict((conflict) => conflict.doNothing())
      .returning("digest"),
);

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

/** Whether a repository has a blob, or would have it again if something deleted were restored. */
export function isHeld(eb: ExpressionBuilder<Tables, "blobs">) {
  return eb.or([
    eb.exists(
      eb
        .selectFrom("repository_blobs")
        .select("repository_id")
        .whereRef("repository_blobs.digest", "=", "blobs.digest"),
    ),
    eb.exists(
      eb
        .selectFrom("deletion_blobs")
        .select("deletion_id")
        .whereRef("deletion_blobs.digest", "=", "blobs.digest"),
    ),
  ]);
}
