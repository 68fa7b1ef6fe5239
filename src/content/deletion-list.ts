import type { Queryable } from "../database/database.ts";
import type { Digest } from "../oci/digest.ts";
import type { RepositoryName, Tag } from "../oci/reference.ts";
import type { ContentContext } from "./context.ts";
import type { DeletionQuery, DeletionRecord, Deletions } from "./deletions.ts";

/** Finds what can be restored. */
export function createDeletionList({
  database,
  undeleteMs,
}: ContentContext): Pick<Deletions, "list" | "find"> {
  const toRecord = (row: DeletionRow): DeletionRecord => ({
    id: row.id,
    repository: row.repository as RepositoryName,
    tag: row.tag === "" ? undefined : (row.tag as Tag),
    digest: row.digest as Digest,
    mediaType: row.media_type,
    pushedAt: new Date(row.pushed_at),
    pushedBy: row.pushed_by,
    deletedAt: new Date(row.deleted_at),
    deletedBy: row.deleted_by,
    keptUntil: new Date(row.deleted_at + undeleteMs),
  });
  return {
    async list(query) {
      if (query.organizations?.length === 0) return [];
      return (await listRows(database.read, query).execute()).map(toRecord);
    },
    async find(id) {
      const row = await deletionRows(database.read).where("deletions.id", "=", id).executeTakeFirst();
      return row && toRecord(row);
    },
  };
}

interface DeletionRow {
  id: number;
  repository: string;
  tag: string;
  digest: string;
  media_type: string;
  pushed_at: number;
  pushed_by: string;
  deleted_at: number;
  deleted_by: string;
}

function listRows(queryable: Queryable, query: DeletionQuery) {
  const { organizations, repository, tag, digest, before, limit } = query;
  return deletionRows(queryable)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("tags")
            .select("tags.name")
            .whereRef("tags.repository_id", "=", "deletions.repository_id")
            .whereRef("tags.name", "=", "deletions.tag")
            .whereRef("tags.digest", "=", "deletions.digest"),
        ),
      ),
    )
    .where(({ eb, or, not, exists, selectFrom }) =>
      or([
        eb("deletions.tag", "!=", ""),
        not(
          exists(
            selectFrom("manifests")
              .select("manifests.digest")
              .whereRef("manifests.repository_id", "=", "deletions.repository_id")
              .whereRef("manifests.digest", "=", "deletions.digest"),
          ),
        ),
      ]),
    )
    .$if(organizations !== undefined, (rows) =>
      rows.where("deletions.organization", "in", organizations ?? []),
    )
    .$if(repository !== undefined, (rows) =>
      rows.where("deletions.repository_id", "in", (eb) =>
        eb
          .selectFrom("repositories")
          .select("repositories.id")
          .where("repositories.name", "=", repository ?? ""),
      ),
    )
    .$if(tag !== undefined, (rows) => rows.where("deletions.tag", "=", tag ?? ""))
    .$if(digest !== undefined, (rows) => rows.where("deletions.digest", "=", digest ?? ""))
    .$if(before !== undefined, (rows) => rows.where("deletions.id", "<", before ?? 0))
    .orderBy("deletions.id", "desc")
    .limit(limit);
}

function deletionRows(queryable: Queryable) {
  return queryable
    .selectFrom("deletions")
    .innerJoin("repositories", "repositories.id", "deletions.repository_id")
    .select([
      "deletions.id",
      "repositories.name as repository",
      "deletions.tag",
      "deletions.digest",
      "deletions.media_type",
      "deletions.pushed_at",
      "deletions.pushed_by",
      "deletions.deleted_at",
      "deletions.deleted_by",
    ]);
}
