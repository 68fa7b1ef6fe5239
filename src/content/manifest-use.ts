import type { Database, Queryable, WriteOptions } from "../database/database.ts";
import type { Digest } from "../oci/digest.ts";
import type { RepositoryName } from "../oci/reference.ts";
import { slicesOf } from "./batches.ts";
import type { ContentContext } from "./context.ts";
import { repositoryId } from "./repositories.ts";

/** An untagged manifest that nothing reaches is kept so long after its last push or pull. */
export const MANIFEST_KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/** Days tell which manifests are in use; a write at each pull would tell nothing more. */
const USE_KNOWN_TO_MS = 24 * 60 * 60 * 1000;

/** Digests of one statement: far below the parameters that both databases take. */
const DIGESTS_A_STATEMENT = 500;

/** Keeps a manifest that has been used for long neither by a push nor a pull. @returns false when it has gone */
export function createIsKept({ database, now }: ContentContext) {
  return async (
    repository: RepositoryName,
    { digest, usedAt }: { digest: Digest; usedAt: number },
    options?: WriteOptions,
  ): Promise<boolean> => {
    if (usedAt > now() - MANIFEST_KEPT_MS / 2) return true;
    return database.write(async (transaction) => {
      const id = await repositoryId(transaction, repository);
      if (id === undefined) return false;
      await markUsed(transaction, { id, digests: [digest], now: now() });
      const row = await transaction
        .selectFrom("manifests")
        .select("digest")
        .where("repository_id", "=", id)
        .where("digest", "=", digest)
        .executeTakeFirst();
      return row !== undefined;
    }, options);
  };
}

/**
 * Notes that manifests are used: pulled, asked for by a pusher, or named by an index that is pushed. It also locks the
 * rows of those that a collector might take, so that what is looked up after it stays until the transaction ends.
 */
export async function markUsed(
  transaction: Queryable,
  { id, digests, now }: { id: number; digests: readonly Digest[]; now: number },
): Promise<void> {
  for (let start = 0; start < digests.length; start += DIGESTS_A_STATEMENT) {
    await transaction
      .updateTable("manifests")
      .set({ pulled_at: now })
      .where("repository_id", "=", id)
      .where("digest", "in", digests.slice(start, start + DIGESTS_A_STATEMENT))
      .where("pulled_at", "<", now - USE_KNOWN_TO_MS)
      .where("pushed_at", "<", now - USE_KNOWN_TO_MS)
      .execute();
  }
}

/**
 * Keeps manifests that an index names until the transaction ends: in PostgreSQL who deletes one waits, and then sees
 * the index and its tags. Those that are not there are nobody's to delete.
 */
export async function lockNamed(
  transaction: Queryable,
  { kind }: Pick<Database, "kind">,
  { id, digests }: { id: number; digests: readonly Digest[] },
): Promise<void> {
  if (kind !== "postgres") return;
  for (const slice of slicesOf(digests, DIGESTS_A_STATEMENT)) {
    await transaction
      .selectFrom("manifests")
      .select("digest")
      .where("repository_id", "=", id)
      .where("digest", "in", slice)
      .forKeyShare()
      .execute();
  }
}
