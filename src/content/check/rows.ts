import type { Queryable } from "../../database/database.ts";
import type { Digest } from "../../oci/digest.ts";
import { BLOB_GRACE_MS } from "../blob-rows.ts";
import type { CheckRun } from "./check-run.ts";

/** Lists a blob as one whose bytes are yet to be seen, unless it is listed. */
export async function insertBlobRow(
  transaction: Queryable,
  { now }: CheckRun,
  digest: Digest,
): Promise<void> {
  await transaction
    .insertInto("blobs")
    .values({ digest, size: 0, state: "storing", created_at: now(), grace_until: now() + BLOB_GRACE_MS })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
