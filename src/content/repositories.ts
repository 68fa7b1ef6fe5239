import type { Selectable } from "kysely";
import type { Queryable } from "../database/database.ts";
import { prepare, prepareStatement } from "../database/prepared.ts";
import { rememberUntilChanged } from "../database/remembered.ts";
import type { RepositoryTable } from "../database/tables.ts";
import { OciError } from "../oci/errors.ts";
import { organizationOf, type RepositoryName, type Tag } from "../oci/reference.ts";
import { createCatalog } from "./catalog.ts";
import type { Repositories, RepositoryPolicy, RepositoryRecord } from "./content.ts";
import type { ContentContext } from "./context.ts";

export function createRepositories(context: ContentContext): Repositories {
  const { database, now } = context;
  const byName = prepare(database, (queryable, { name }: { name: RepositoryName }) =>
    queryable.selectFrom("repositories").selectAll().where("name", "=", name),
  );
  const idByName = prepare(database, (queryable, { name }: { name: RepositoryName }) =>
    queryable.selectFrom("repositories").select("id").where("name", "=", name),
  );
  // Asked at each request of a push, and the same nearly always.
  const findId = rememberUntilChanged(idByName, ({ name }: { name: RepositoryName }) => name);
  return {
    async find(name) {
      const row = await byName.first({ name });
      return row && toRecord(row);
    },

    async ensure(name, { newOrganizationOwner: owner, visibility } = {}) {
      const known = await findId({ name });
      if (known) return known.id;
      return database.write(async (transaction) => {
        const options = { visibility, now: now() };
        if (owner !== undefined) await createOrganization(transaction, name, { ...options, owner });
        return createRepository(transaction, name, options);
      });
    },

    async list({ after = "", limit, organization }) {
      let query = database.read.selectFrom("repositories").selectAll().where("name", ">", after);
      if (organization !== undefined) query = query.where("organization", "=", organization);
      return (await query.orderBy("name").limit(limit).execute()).map(toRecord);
    },

    catalog: createCatalog(context),

    async setPolicy(name, { visibility, immutableTags }) {
      await database.write((transaction) => setPolicy(transaction, name, { visibility, immutableTags }));
    },
  };
}

async function setPolicy(
  transaction: Queryable,
  name: RepositoryName,
  { visibility, immutableTags }: RepositoryPolicy,
): Promise<void> {
  await transaction
    .updateTable("repositories")
    .set({ visibility, immutable_tags: JSON.stringify(immutableTags) })
    .where("name", "=", name)
    .execute();
}

/**
 * Makes a repository's row say what its Repository does, or makes it where there is an Image, before anybody is told of
 * either: who may see them goes by it. Where there is no organization yet its first push makes both.
 * @param spec undefined for an Image; without visibility the organization's default
 */
export async function mirrorRepository(
  transaction: Queryable,
  name: RepositoryName,
  { spec, now }: { spec: Partial<RepositoryPolicy> | undefined; now: number },
): Promise<void> {
  const known = await repositoryId(transaction, name);
  // Nearly always: an Image that a push made.
  if (known !== undefined && !spec) return;
  const parent = await parentOf.first(transaction, { organization: organizationOf(name) });
  if (!parent) return;
  if (known === undefined) await createRepository(transaction, name, { visibility: spec?.visibility, now });
  if (!spec) return;
  const { visibility = parent.default_visibility, immutableTags = [] } = spec;
  await setPolicy(transaction, name, { visibility, immutableTags });
}

const parentOf = prepareStatement((queryable, { organization }: { organization: string }) =>
  queryable.selectFrom("organizations").select("default_visibility").where("name", "=", organization),
);

/** @returns undefined when there is no such repository */
export async function repositoryId(queryable: Queryable, name: RepositoryName): Promise<number | undefined> {
  return (await rulesByName.first(queryable, { name }))?.id;
}

/** What a change of tags must know. @returns undefined when there is no such repository */
export async function tagRules(
  queryable: Queryable,
  name: RepositoryName,
): Promise<{ id: number; immutableTags: readonly string[] } | undefined> {
  const row = await rulesByName.first(queryable, { name });
  return row && { id: row.id, immutableTags: JSON.parse(row.immutable_tags) as string[] };
}

const rulesByName = prepareStatement((queryable, { name }: { name: RepositoryName }) =>
  queryable.selectFrom("repositories").select(["id", "immutable_tags"]).where("name", "=", name),
);

interface NewRepository {
  visibility: "public" | "private" | undefined;
  now: number;
}

async function createOrganization(
  transaction: Queryable,
  name: RepositoryName,
  { owner, visibility = "public", now }: NewRepository & { owner: string },
): Promise<void> {
  const organization = organizationOf(name);
  const inserted = await transaction
    .insertInto("organizations")
    .values({ name: organization, default_visibility: visibility, created_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning("name")
    .executeTakeFirst();
  if (!inserted) return requireOwner(transaction, name, owner);
  await transaction
    .insertInto("organization_members")
    .values({ organization, kind: "User", name: owner, role: "owner" })
    .execute();
}

/**
 * The caller saw no such organization, and it was made since: by a request of the caller's own, as when layers come at
 * once, or by somebody else, so that the caller's right to push is void.
 */
async function requireOwner(transaction: Queryable, name: RepositoryName, owner: string): Promise<void> {
  const organization = organizationOf(name);
  const own = await transaction
    .selectFrom("organization_members")
    .select("name")
    .where("organization", "=", organization)
    .where("kind", "=", "User")
    .where("name", "=", owner)
    .where("role", "=", "owner")
    .executeTakeFirst();
  if (!own) {
    throw new OciError(
      "DENIED",
      `Cannot push to ${name}: organization ${organization} was just made by somebody else`,
    );
  }
}

async function createRepository(
  transaction: Queryable,
  name: RepositoryName,
  { visibility, now }: NewRepository,
): Promise<number> {
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
      visibility: visibility ?? parent?.default_visibility ?? "private",
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
