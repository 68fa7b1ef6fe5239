import type { Database, WriteTransaction } from "../database/database.ts";
import type { Member, Visibility } from "../resources/organization.ts";

/** What pushes go by, mirrored from an Organization's spec. */
export interface OrganizationPolicy {
  /** Of repositories made from now on. */
  defaultVisibility: Visibility;
  members: readonly Member[];
}

/** The rows that hold these policies. */
export interface OrganizationPolicies {
  /** As it was set last, or as the first push made it; undefined for an organization that nobody made. */
  find(organization: string): Promise<OrganizationPolicy | undefined>;
  /** Makes the organization when it is not there, so that no push makes it for somebody else. */
  set(organization: string, policy: OrganizationPolicy): Promise<void>;
}

export interface OrganizationPoliciesOptions {
  database: Database;
  /** Default Date.now. */
  now?: () => number;
}

export function createOrganizationPolicies({
  database,
  now = Date.now,
}: OrganizationPoliciesOptions): OrganizationPolicies {
  return {
    async find(organization) {
      const row = await database.read
        .selectFrom("organizations")
        .select("default_visibility")
        .where("name", "=", organization)
        .executeTakeFirst();
      if (!row) return undefined;
      const members = await database.read
        .selectFrom("organization_members")
        .select(["kind", "name", "role"])
        .where("organization", "=", organization)
        .execute();
      return { defaultVisibility: row.default_visibility, members };
    },

    async set(organization, policy) {
      await database.write((transaction) => replacePolicy(transaction, { organization, policy, now: now() }));
    },
  };
}

async function replacePolicy(
  transaction: WriteTransaction,
  { organization, policy, now }: { organization: string; policy: OrganizationPolicy; now: number },
): Promise<void> {
  const { defaultVisibility, members } = policy;
  await transaction
    .insertInto("organizations")
    .values({ name: organization, default_visibility: defaultVisibility, created_at: now })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ default_visibility: defaultVisibility }))
    .execute();
  await transaction.deleteFrom("organization_members").where("organization", "=", organization).execute();
  for (const { kind, name, role } of members) {
    await transaction.insertInto("organization_members").values({ organization, kind, name, role }).execute();
  }
}
