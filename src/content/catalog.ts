import type { Queryable } from "../database/database.ts";
import type { RepositoryName } from "../oci/reference.ts";
import type { Repositories } from "./content.ts";
import type { ContentContext } from "./context.ts";

/**
 * Lists the repositories that have a tag and that somebody may read. Each part of them is read in its own order of
 * names, so that a page costs as much as it shows, however many repositories others have.
 */
export function createCatalog({ database }: ContentContext): Repositories["catalog"] {
  return async ({ after = "", limit, readable: { all = false, organizations = [] } }) => {
    if (all) return namesOf(taggedRows(database.read, { after, limit }));
    const open = taggedRows(database.read, { after, limit }).where("visibility", "=", "public");
    const names = new Set(await namesOf(open));
    let own = 0;
    for (const organization of inOrderOfNames(organizations)) {
      if (own >= limit) break;
      const rows = taggedRows(database.read, { after, limit: limit - own });
      const found = isPassed(organization, after)
        ? []
        : await namesOf(rows.where("organization", "=", organization));
      own += found.length;
      for (const name of found) names.add(name);
    }
    return [...names].toSorted().slice(0, limit);
  };
}

function taggedRows(queryable: Queryable, { after, limit }: { after: string; limit: number }) {
  return queryable
    .selectFrom("repositories")
    .select("name")
    .where("name", ">", after)
    .where(({ or, eb, exists, selectFrom }) =>
      or([
        // The row says so of nearly all; tags of artifacts alone make none the newest.
        eb("newest_tag", "is not", null),
        exists(selectFrom("tags").select("tags.name").whereRef("tags.repository_id", "=", "repositories.id")),
      ]),
    )
    .orderBy("name")
    .limit(limit);
}

async function namesOf(rows: ReturnType<typeof taggedRows>): Promise<RepositoryName[]> {
  return (await rows.execute()).map(({ name }) => name as RepositoryName);
}

/** The repositories of an organization are next to each other in the order of names: they begin with `NAME/`. */
function inOrderOfNames(organizations: readonly string[]): string[] {
  return organizations.toSorted((left, right) => (`${left}/` < `${right}/` ? -1 : 1));
}

function isPassed(organization: string, after: string): boolean {
  const prefix = `${organization}/`;
  return prefix < after && !after.startsWith(prefix);
}
