import { expressionBuilder, sql } from "kysely";
import type { Queryable } from "../database/database.ts";
import type { Tables } from "../database/tables.ts";
import type { Digest } from "../oci/digest.ts";

/** Which manifests name a blob: those that were pushed when it was there, and those that were when it was not. */
const NAMING_TABLES = ["manifest_blobs", "awaited_blobs"] as const;

/** Whether a manifest of its repository names a blob. @param link the table, or alias, of the repository's blobs */
export function isNamed(link: string) {
  const eb = expressionBuilder<Tables>();
  return eb.or(
    NAMING_TABLES.map((table) =>
      eb.exists(
        eb
          .selectFrom(table)
          .select("manifest_digest")
          .where("repository_id", "=", sql.ref<number>(`${link}.repository_id`))
          .where("blob_digest", "=", sql.ref<string>(`${link}.digest`)),
      ),
    ),
  );
}

export interface BlobName {
  repository_id: number;
  manifest_digest: string;
  blob_digest: string;
}

/**
 * Manifests that name any of these blobs.
 * @param options.repositoryId default: in all repositories
 * @param options.limit of each kind; default: none
 */
export async function namesOf(
  queryable: Queryable,
  digests: readonly Digest[],
  { repositoryId, limit }: { repositoryId?: number; limit?: number } = {},
): Promise<BlobName[]> {
  const names: BlobName[] = [];
  for (const table of NAMING_TABLES) {
    let query = queryable.selectFrom(table).selectAll().where("blob_digest", "in", digests);
    if (repositoryId !== undefined) query = query.where("repository_id", "=", repositoryId);
    if (limit !== undefined) query = query.limit(limit);
    names.push(...(await query.execute()));
  }
  return names;
}
