import type { Selectable } from "kysely";
import type { Queryable } from "../database/database.ts";
import type { RepositoryTable } from "../database/tables.ts";
import { OciError } from "../oci/errors.ts";
import { organizationOf, type RepositoryName, type Tag } from "../oci/reference.ts";
import type { Repositories, RepositoryRecord } from "./content.ts";
import type { ContentContext } from "./context.ts";

export function createRepositories({ database, now }: ContentContext): Repositories {
  return {
    async find(name) {
      const row = await database.read
        .selectFrom("repositories")
        .selectAll()
        .where("name", "=", name)
        .executeTakeFirst();
      return row && toRecord(row);
    },

    async ensure(name, { newOrganizationOwner } = {}) {
      const id = await repositoryId(database.read, name);
      if (id !== undefined) return id;
      return database.write(async (transaction) => {
        if (newOrganizationOwner !== undefined) {
          await createOrganization(transaction, name, { owner: newOrganizationOwner, now: now() });
        }
        return createRepository(transaction, name, now());
      });
    },

    async list({ after, limit, organization }) {
      let query = database.read.selectFrom("repositories").selectAll().orderBy("name").limit(limit);
      if (after !== undefined) query = query.where("name", ">", after);
      if (organization !== undefined) query = query.where("organization", "=", organization);
      return (await query.execute()).map(toRecord);
    },

    async setPolicy(name, { visibility, immutableTags }) {
      await database.write(async (transaction) => {
        await transaction
          .updateTable("repositories")
          .set({ visibility, immutable_tags: JSON.stringify(immutableTags) })
          .where("name", "=", name)
          .execute();
      });
    },
  };
}

/** @returns undefined when there is no such repository */
export async function repositoryId(queryable: Queryable, name: RepositoryName): Promise<number | undefined> {
  const row = await queryable
    .selectFrom("repositories")
    .select("id")
    .where("name", "=", name)
    .executeTakeFirst();
  return row?.id;
}

/** What a change of tags must know. @returns undefined when there is no such repository */
export async function tagRules(
  queryable: Queryable,
  name: RepositoryName,
): Promise<{ id: number; immutableTags: readonly string[] } | undefined> {
  const row = await queryable
    .selectFrom("repositories")
    .select(["id", "immutable_tags"])
    .where("name", "=", name)
    .executeTakeFirst();
  return row && { id: row.id, immutableTags: JSON.parse(row.immutable_tags) as string[] };
}

async function createOrganization(
  transaction: Queryable,
  name: RepositoryName,
  { owner, now }: { owner: string; now: number },
): Promise<void> {
  const organization = organizationOf(name);
  const inserted = await transaction
    .insertInto("organizations")
    .values({ name: organization, default_visibility: "public", created_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning("name")
    .executeTakeFirst();
  // The caller saw no such organization; somebody else made it since, so the caller's right to push is void.
  if (!inserted) {
    throw new OciError(
      "DENIED",
      `Cannot push to ${name}: organization ${organization} was just made by somebody else`,
    );
  }
  await transaction
    .insertInto("organization_members")
    .values({ organization, kind: "User", name: owner, role: "owner" })
    .execute();
}

async function createRepository(transaction: Queryable, name: RepositoryName, now: number): Promise<number> {
  const organization = organizationOf(name);
  const parent = await transaction
    .selectFrom("organizations")
    .select("default_visibility")
    .where("name", "=", organization)
    .executeTakeFirst();
  await transaction
    .insertInto("repositories")
    .values({
      name,
      organization,
      visibility: parent?.default_visibility ?? "private",
      immutable_tags: "[]",
      newest_tag: null,
      pulls: 0,
      created_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { id } = await transaction
    .selectFrom("repositories")
    .select("id")
    .where("name", "=", name)
    .executeTakeFirstOrThrow();
  return id;
}

function toRecord(row: Selectable<RepositoryTable>): RepositoryRecord {
  return {
    id: row.id,
    name: row.name as RepositoryName,
    organization: row.organization,
    visibility: row.visibility,
    immutableTags: JSON.parse(row.immutable_tags) as string[],
    newestTag: (row.newest_tag as Tag | null) ?? undefined,
    pulls: row.pulls,
    createdAt: new Date(row.created_at),
  };
}
