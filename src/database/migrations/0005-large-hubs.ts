import { sql } from "kysely";
import type { SchemaContext } from "./migration.ts";

/** What a hub with very many repositories, or tags in one, is asked for by name. */
export async function migration({ transaction }: SchemaContext): Promise<void> {
  const { schema } = transaction;
  // The catalog of those who read what is public.
  await schema
    .createIndex("repositories_by_visibility")
    .on("repositories")
    .columns(["visibility", "name"])
    .execute();
  // The newest images of a repository, and how many it has: counted here, no tag's row is read.
  await schema.dropIndex("tags_by_push").execute();
  await schema
    .createIndex("tags_of_images")
    .on("tags")
    .columns(["repository_id", "pushed_at", "name"])
    .where(sql.ref("artifact"), "=", 0)
    .execute();
}
