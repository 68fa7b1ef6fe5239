import { prepare, prepareStatement } from "../database/prepared.ts";
import type { Digest } from "../oci/digest.ts";
import { OciError } from "../oci/errors.ts";
import type { BlobRemoval } from "./blob-removal.ts";
import { BLOB_GRACE_MS, ENOUGH_GRACE_MS } from "./blob-rows.ts";
import type { ContentContext } from "./context.ts";

/**
 * Keeps collectors from a blob that is about to be stored; see `BlobRemoval` for why.
 * @returns when the row that is held was made, for `recordBlob`
 */
export type HoldBlob = (digest: Digest, sizeBytes: number) => Promise<number>;

/** A blob is removed again only when its grace is over, so a second attempt finds the row as it should be. */
const MAX_ATTEMPTS = 10;

export function createHoldBlob({ database, now }: ContentContext, removal: BlobRemoval): HoldBlob {
  const rowOf = prepare(database, (queryable, { digest }: { digest: Digest }) =>
    queryable.selectFrom("blobs").select(["state", "created_at", "grace_until"]).where("digest", "=", digest),
  );

  /** @returns undefined when the blob is being removed */
  async function hold(digest: Digest, size: number): Promise<number | undefined> {
    const grace_until = now() + BLOB_GRACE_MS;
    // Relaxed: an upload that a power failure ends needs no blob held.
    const held = await database.write(
      (transaction) => insertHeld.first(transaction, { digest, size, now: now(), grace_until }),
      { relaxed: true },
    );
    return held?.created_at;
  }

  return async (digest, sizeBytes) => {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const row = await rowOf.first({ digest });
      if (row?.state !== "deleting") {
        const isHeld = row !== undefined && row.grace_until >= now() + ENOUGH_GRACE_MS;
        const createdAt = isHeld ? row.created_at : await hold(digest, sizeBytes);
        if (createdAt !== undefined) return createdAt;
      }
      await removal.waitUntilGone(digest);
    }
    throw new OciError("BLOB_UPLOAD_INVALID", `Cannot store blob ${digest}: it is removed again and again`);
  };
}

const insertHeld = prepareStatement(
  (
    queryable,
    { digest, size, now, grace_until }: { digest: Digest; size: number; now: number; grace_until: number },
  ) =>
    queryable
      .insertInto("blobs")
      .values({ digest, size, state: "storing", created_at: now, grace_until })
      .onConflict((conflict) =>
        conflict.column("digest").doUpdateSet({ grace_until }).where("blobs.state", "!=", "deleting"),
      )
      .returning("created_at"),
);
