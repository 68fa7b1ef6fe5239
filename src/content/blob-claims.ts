import { prepare } from "../database/prepared.ts";
import type { Digest } from "../oci/digest.ts";
import { OciError } from "../oci/errors.ts";
import type { BlobRemoval } from "./blob-removal.ts";
import { BLOB_GRACE_MS, ENOUGH_GRACE_MS } from "./blob-rows.ts";
import type { ContentContext } from "./context.ts";

/** Keeps collectors from a blob that is about to be stored; see `BlobRemoval` for why. */
export type HoldBlob = (digest: Digest, sizeBytes: number) => Promise<void>;

/** A blob is removed again only when its grace is over, so a second attempt finds the row as it should be. */
const MAX_ATTEMPTS = 10;

export function createHoldBlob({ database, now }: ContentContext, removal: BlobRemoval): HoldBlob {
  const rowOf = prepare(database, (queryable, { digest }: { digest: Digest }) =>
    queryable.selectFrom("blobs").select(["state", "grace_until"]).where("digest", "=", digest),
  );

  /** @returns false when the blob is being removed */
  async function hold(digest: Digest, size: number): Promise<boolean> {
    const grace_until = now() + BLOB_GRACE_MS;
    // Relaxed: an upload that a power failure ends needs no blob held.
    const held = await database.write(
      (transaction) =>
        transaction
          .insertInto("blobs")
          .values({ digest, size, state: "storing", created_at: now(), grace_until })
          .onConflict((conflict) =>
            conflict.column("digest").doUpdateSet({ grace_until }).where("blobs.state", "!=", "deleting"),
          )
          .returning("digest")
          .execute(),
      { relaxed: true },
    );
    return held.length > 0;
  }

  return async (digest, sizeBytes) => {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const row = await rowOf.first({ digest });
      const isHeld = row && row.state !== "deleting" && row.grace_until >= now() + ENOUGH_GRACE_MS;
      if (isHeld || (row?.state !== "deleting" && (await hold(digest, sizeBytes)))) return;
      await removal.waitUntilGone(digest);
    }
    throw new OciError("BLOB_UPLOAD_INVALID", `Cannot store blob ${digest}: it is removed again and again`);
  };
}
