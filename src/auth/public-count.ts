import type { Database } from "../database/database.ts";
import { rememberUntilChanged } from "../database/remembered.ts";
import type { RepositoryName } from "../oci/reference.ts";
import { repositoryResourceName } from "../resources/names.ts";

/** Rows looked at with one query. */
const BATCH = 500;

/**
 * Counts the Repositories of an organization that everybody may read. A row stays when its Repository goes, so each is
 * looked for.
 */
export function createPublicCount(database: Database): (organization: string) => Promise<number> {
  async function first({ organization }: { organization: string }): Promise<{ found: number }> {
    let found = 0;
    for (let after = ""; ;) {
      const names = await publicNames(database, { organization, after });
      found += await countResources(database, names.map(repositoryResourceName));
      const last = names.at(-1);
      if (last === undefined || names.length < BATCH) return { found };
      after = last;
    }
  }
  const remembered = rememberUntilChanged(
    { first, version: () => database.commits() },
    ({ organization }) => organization,
  );
  return async (organization) => (await remembered({ organization }))?.found ?? 0;
}

async function publicNames(
  database: Database,
  { organization, after }: { organization: string; after: string },
): Promise<RepositoryName[]> {
  const rows = await database.read
    .selectFrom("repositories")
    .select("name")
    .where("organization", "=", organization)
    .where("visibility", "=", "public")
    .where("name", ">", after)
    .orderBy("name")
    .limit(BATCH)
    .execute();
  return rows.map(({ name }) => name as RepositoryName);
}

async function countResources(database: Database, names: string[]): Promise<number> {
  if (names.length === 0) return 0;
  const { count } = await database.read
    .selectFrom("resources")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("kind", "=", "Repository")
    .where("name", "in", names)
    .executeTakeFirstOrThrow();
  return Number(count);
}
