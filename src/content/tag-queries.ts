import type { ExpressionBuilder } from "kysely";
import type { Database, Queryable } from "../database/database.ts";
import { prepare } from "../database/prepared.ts";
import type { Tables } from "../database/tables.ts";
import type { RepositoryName, Tag } from "../oci/reference.ts";

const TAG_COLUMNS = [
  "tags.name",
  "tags.digest",
  "tags.pushed_at",
  "tags.pushed_by",
  "tags.artifact",
  "manifests.media_type",
] as const;

/** What is asked about the tags of a repository, each as fast in one of very many tags. */
export function prepareTagQueries(database: Database) {
  const byName = prepare(
    database,
    (queryable, { repository, tag }: { repository: RepositoryName; tag: Tag }) =>
      tagRows(queryable, repository).where("tags.name", "=", tag),
  );
  const page = prepare(
    database,
    (queryable, { repository, after, limit }: { repository: RepositoryName; after: string; limit: number }) =>
      queryable
        .selectFrom("tags")
        .select("name")
        .where(isOf(repository))
        .where("name", ">", after)
        .orderBy("name")
        .limit(limit),
  );
  const newest = prepare(
    database,
    (queryable, { repository, limit }: { repository: RepositoryName; limit: number }) =>
      queryable
        // Chosen before they are joined with their manifests: see `isOf`.
        .selectFrom((from) =>
          from
            .selectFrom("tags")
            .selectAll()
            .where(isOf(repository))
            .where("tags.artifact", "=", 0)
            .orderBy("tags.pushed_at", "desc")
            .orderBy("tags.name", "desc")
            .limit(limit)
            .as("tags"),
        )
        .innerJoin("manifests", (join) =>
          join
            .onRef("manifests.repository_id", "=", "tags.repository_id")
            .onRef("manifests.digest", "=", "tags.digest"),
        )
        .select(TAG_COLUMNS)
        .orderBy("tags.pushed_at", "desc")
        .orderBy("tags.name", "desc"),
  );
  const count = prepare(database, (queryable, { repository }: { repository: RepositoryName }) =>
    queryable
      .selectFrom("tags")
      .select((eb) => eb.fn.countAll<number>().as("count"))
      .where(isOf(repository))
      .where("tags.artifact", "=", 0),
  );
  const older = prepare(
    database,
    (queryable, { repository, than }: { repository: RepositoryName; than: number }) =>
      queryable
        .selectFrom("tags")
        .select("name")
        .where(isOf(repository))
        .where("tags.artifact", "=", 0)
        .where("tags.pushed_at", "<=", than)
        .limit(1),
  );
  return { byName, page, newest, count, older };
}

/** Tags with their manifests' media types. */
export function tagRows(queryable: Queryable, repository: RepositoryName) {
  return queryable
    .selectFrom("tags")
    .innerJoin("repositories", "repositories.id", "tags.repository_id")
    .innerJoin("manifests", (join) =>
      join
        .onRef("manifests.repository_id", "=", "tags.repository_id")
        .onRef("manifests.digest", "=", "tags.digest"),
    )
    .select(TAG_COLUMNS)
    .where("repositories.name", "=", repository);
}

/**
 * Finds the repository before its tags. In a join, PostgreSQL takes no order from an index of tags, and would sort all
 * that the repository has for each page.
 */
function isOf(repository: RepositoryName) {
  return (eb: ExpressionBuilder<Tables, "tags">) =>
    eb("tags.repository_id", "=", (rows) =>
      rows.selectFrom("repositories").select("repositories.id").where("repositories.name", "=", repository),
    );
}
